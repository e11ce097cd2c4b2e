import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { type FormFile, type ReadFormOptions, readForm } from './multipart.ts'

const BOUNDARY = '----WebKitFormBoundary7MA4YWxkTrZu0gW'
const CONTENT_TYPE = `multipart/form-data; boundary=${BOUNDARY}`

const field = (name: string, value: string): string =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const file = (name: string, fileName: string, content: string): string =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\n` +
  `Content-Type: video/mp4\r\n\r\n${content}\r\n`
const END = `--${BOUNDARY}--\r\n`

type Outcome = Readonly<{
  fields: readonly (readonly [string, string])[]
  files: readonly Readonly<{ name: string; fileName: string; isEmpty: boolean; content: string }>[]
}>

/** Reads a form to its end, with everything in it. Rejects as `readForm` does; no file may have ended well then. */
async function readAll(source: Readable, own: Partial<ReadFormOptions> = {}): Promise<Outcome> {
  const fields: [string, string][] = []
  const files: Promise<Outcome['files'][number] | Error>[] = []
  const onFile = ({ name, fileName, isEmpty, body }: FormFile): void => {
    const content = buffer(body).then((bytes) => ({ name, fileName, isEmpty, content: bytes.toString('latin1') }))
    files.push(content.catch((error: Error) => error))
  }
  const onField = (name: string, value: string): void => void fields.push([name, value])
  const options = { contentType: CONTENT_TYPE, clock: new ManualClock(), onField, onFile, ...own }
  try {
    await readForm(source, options)
  } catch (error) {
    expect((await Promise.all(files)).every((outcome) => outcome instanceof Error)).toBe(true)
    throw error
  }
  const ended = (await Promise.all(files)).map((outcome) => {
    if (outcome instanceof Error) throw outcome
    return outcome
  })
  return { fields, files: ended }
}

const inPieces = (text: string, pieceBytes: number): Readable => {
  const bytes = Buffer.from(text)
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(bytes.subarray(at, at + pieceBytes))
  return Readable.from(pieces)
}

describe('readForm', () => {
  const content = `\r\n--\r\n--${BOUNDARY.slice(0, -1)}x\r\n-${BOUNDARY}\r\r\n\n--`
  const form = field('before', '한글') + file('upload-file', 'a.mp4', content) + field('after', 'x\r\ny') + END
  const expected: Outcome = {
    fields: [
      ['before', '한글'],
      ['after', 'x\r\ny'],
    ],
    files: [{ name: 'upload-file', fileName: 'a.mp4', isEmpty: false, content }],
  }

  it('gives the same fields and files wherever the network cuts the body', async () => {
    for (let pieceBytes = 1; pieceBytes <= 120; pieceBytes++) {
      expect(await readAll(inPieces(form, pieceBytes))).toEqual(expected)
    }
  })

  it('refuses a form cut off at any byte, and ends none of its files', async () => {
    const bytes = Buffer.from(form)
    for (let length = 0; length < bytes.length - 2; length++) {
      const cut = Readable.from([bytes.subarray(0, length)])
      await expect(readAll(cut), `cut after ${length} bytes`).rejects.toMatchObject({ code: 'invalid_argument' })
    }
  })

  it('settles for any bytes at all', async () => {
    const pieces = fc.oneof(
      fc.constantFrom(...['\r\n', `--${BOUNDARY}`, '--', field('a', 'b'), file('f', 'n', 'x'), END, '"', ';', ':']),
      fc.string({ unit: 'binary', maxLength: 40 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 12 }), fc.integer({ min: 1, max: 50 }), async (parts, size) => {
        const outcome = await readAll(inPieces(parts.join(''), size)).catch((error: unknown) => error)
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'invalid_argument' })
      }),
      { numRuns: 300 },
    )
  })

  it('takes the first line for the boundary when none is declared', async () => {
    for (const contentType of [undefined, 'application/json', 'multipart/form-data', 'text/plain; boundary=x']) {
      for (const pieceBytes of [1, 7, 4096]) {
        expect(await readAll(inPieces(form, pieceBytes), { contentType })).toEqual(expected)
        expect(await readAll(inPieces(`\r\n${form}`, pieceBytes), { contentType })).toEqual(expected)
      }
    }
  })

  it.each([
    ['nothing', ''],
    ['JSON', '{"a":1}'],
    ['dashes without an end', `--${'x'.repeat(5000)}`],
    ['one dash', '-'],
    ['a boundary nobody may use', '--"\u0007"\r\n'],
  ])('refuses %s as a form', async (_what, body) => {
    const outcome = readAll(inPieces(body, 100), { contentType: undefined })
    await expect(outcome).rejects.toMatchObject({ code: 'invalid_argument' })
  })

  it('reads a quoted boundary with unusual characters', async () => {
    const boundary = "a.b'c(d)+e_f,g/h:i=j?k l"
    const body = `--${boundary}\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--${boundary}--`
    const contentType = `multipart/form-data; charset=utf-8; boundary="${boundary}"`
    expect((await readAll(inPieces(body, 9), { contentType })).fields).toEqual([['a', '1']])
  })

  it('announces an empty file as empty, and one that was not chosen without a name', async () => {
    const { files } = await readAll(inPieces(file('a', 'empty.mp4', '') + file('b', '', '') + END, 64))
    expect(files).toEqual([
      { name: 'a', fileName: 'empty.mp4', isEmpty: true, content: '' },
      { name: 'b', fileName: '', isEmpty: true, content: '' },
    ])
  })

  it('takes a named field for a file where the caller says so', async () => {
    const { files, fields } = await readAll(inPieces(field('upload-file', 'bytes') + field('x', 'y') + END, 64), {
      fileFields: ['upload-file'],
    })
    expect(files).toEqual([{ name: 'upload-file', fileName: '', isEmpty: false, content: 'bytes' }])
    expect(fields).toEqual([['x', 'y']])
  })

  it('reads the last segment of a file name in UTF-8', async () => {
    const { files } = await readAll(inPieces(file('f', 'C:\\fakepath\\휴가.mp4', 'x') + END, 11))
    expect(files[0]?.fileName).toBe('휴가.mp4')
  })

  it('ends no file before the rest of the form has proved good', async () => {
    const source = new PassThrough()
    let announced: FormFile | undefined
    const reading = readAll(source, {
      onFile: (found) => {
        announced = found
      },
    })
    source.write(file('f', 'a.mp4', 'content'))
    source.write(`${field('more', '1')}--${BOUNDARY}`)
    await expect.poll(() => announced?.body.readableLength).toBe(7)
    let hasEnded = false
    announced?.body.on('end', () => {
      hasEnded = true
    })
    announced?.body.resume()
    await turn()
    expect(hasEnded).toBe(false)
    source.end('--\r\n')
    await reading
    await expect.poll(() => hasEnded).toBe(true)
  })

  it('stops reading the source while nobody reads the file', async () => {
    let readBytes = 0
    let announced: FormFile | undefined
    const megabyte = Buffer.alloc(1024 * 1024, 'x')
    const chunks = [Buffer.from(file('f', 'a.mp4', '').slice(0, -2)), ...Array<Buffer>(32).fill(megabyte)]
    const small = chunks.flatMap((chunk) =>
      Array.from({ length: Math.ceil(chunk.length / 65536) }, (_, i) => chunk.subarray(i * 65536, (i + 1) * 65536)),
    )
    const reading = readAll(Readable.from([...small, Buffer.from(`\r\n${END}`)]), {
      onBytes: (count) => {
        readBytes += count
      },
      onFile: (found) => {
        announced = found
      },
    })
    await expect.poll(() => announced).toBeDefined()
    for (let i = 0; i < 50; i++) await turn()
    expect(readBytes).toBeLessThan(1024 * 1024)
    const content = announced && (await buffer(announced.body))
    await reading
    expect(content?.length).toBe(32 * 1024 * 1024)
  })

  it('reads past files that nobody wants', async () => {
    const body = file('f', 'a.mp4', 'x'.repeat(300_000)) + field('after', '1') + END
    const { fields } = await readAll(inPieces(body, 60_000), { onFile: undefined as never })
    expect(fields).toEqual([['after', '1']])
  })

  it.each([
    ['a long field', field('a', 'x'.repeat(101)), { fieldBytes: 100 }],
    ['many fields', field('a', '1').repeat(4), { fields: 3 }],
    ['many files', file('a', 'n', '1').repeat(4), { files: 3 }],
    ['fields that are long together', field('a', 'x'.repeat(60)).repeat(2), { allFieldsBytes: 100 }],
  ])('refuses %s', async (_what, body, limits) => {
    await expect(readAll(inPieces(body + END, 50), { limits })).rejects.toMatchObject({ code: 'too_large' })
  })

  it('gives up with the reason of the signal', async () => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const source = new PassThrough()
    source.write(file('f', 'a.mp4', 'begin').slice(0, -10))
    const reading = readAll(source, { signal: controller.signal })
    controller.abort(reason)
    await expect(reading).rejects.toBe(reason)
    await expect(readAll(new PassThrough(), { signal: controller.signal })).rejects.toBe(reason)
    expect(source.destroyed).toBe(false)
  })

  it('reports a connection that breaks', async () => {
    const source = new PassThrough()
    source.write(file('f', 'a.mp4', 'begin').slice(0, -10))
    const reading = readAll(source)
    await turn()
    source.destroy(new Error('reset'))
    await expect(reading).rejects.toMatchObject({ code: 'client_aborted' })
  })

  it('ends a form of which nothing comes any more, and leaves no timer behind', async () => {
    const clock = new ManualClock()
    const source = new PassThrough()
    source.write(field('a', '1'))
    const reading = readAll(source, { clock, idleTimeoutMs: 10_000 })
    const outcome = expect(reading).rejects.toMatchObject({ code: 'client_too_slow' })
    await turn()
    await clock.advance(9_000)
    source.write(field('b', '1'))
    await turn()
    await clock.advance(9_000)
    source.write(field('c', '1'))
    await turn()
    await clock.advance(10_001)
    await outcome
    expect(clock.pendingTimers).toBe(0)
  })

  it('hands on what a listener throws', async () => {
    const reading = readAll(inPieces(form, 50), {
      onField: () => {
        throw new Error('mine')
      },
    })
    await expect(reading).rejects.toThrow('mine')
  })

  it('reads past what stands before and after the form', async () => {
    for (const pieceBytes of [1, 10, 4096]) {
      const body = `to be ignored\r\n${form}\r\n--${BOUNDARY}\r\nand this`
      expect(await readAll(inPieces(body, pieceBytes))).toEqual(expected)
    }
  })
})
