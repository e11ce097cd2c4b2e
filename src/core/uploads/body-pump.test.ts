import { PassThrough, Readable } from 'node:stream'
import { setImmediate as tick } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DomainError } from '../errors.ts'
import { type PumpOptions, type PumpSink, pumpBody } from './body-pump.ts'

/** Buffers that are spoilt when they are given back, to show that nobody looks at them afterwards. */
const buffersOf = (size: number): PumpOptions['buffers'] => ({
  take: () => Buffer.alloc(size),
  give: (buffer) => void buffer.fill(0),
})

const options = (changes: Partial<PumpOptions> = {}): PumpOptions => ({
  buffers: buffersOf(8),
  startByte: 0,
  gatherMs: 1_000,
  nowMs: () => 0,
  limitBytes: Number.POSITIVE_INFINITY,
  overflow: () => new DomainError('too_large', 'too large'),
  signal: new AbortController().signal,
  onChunk: () => undefined,
  ...changes,
})

class Collector implements PumpSink {
  readonly writes: Buffer[] = []
  write = async (buffers: readonly Uint8Array[]): Promise<void> => {
    this.writes.push(Buffer.concat(buffers))
  }
  wrote = async (): Promise<void> => undefined
  get text(): string {
    return Buffer.concat(this.writes).toString()
  }
}

const chunks = (...parts: string[]): Readable => Readable.from(parts.map((part) => Buffer.from(part)))

describe('body pump', () => {
  it('writes every byte in order, whatever the chunk sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ minLength: 1, maxLength: 20 })),
        fc.integer({ min: 1, max: 64 }),
        async (parts, gather) => {
          const sink = new Collector()
          const result = await pumpBody(chunks(...parts), sink, options({ buffers: buffersOf(gather) }))
          expect(sink.text).toBe(parts.join(''))
          expect(result).toEqual({ writtenBytes: Buffer.byteLength(parts.join('')), error: undefined })
        },
      ),
      { numRuns: 50 },
    )
  })

  it('gathers small chunks into writes of at least the asked size, but for the last', async () => {
    const sink = new Collector()
    await pumpBody(chunks(...'abcdefghijklmnopqrst'.split('')), sink, options())
    for (const write of sink.writes.slice(0, -1)) expect(write.length).toBeGreaterThanOrEqual(8)
  })

  it('pauses the socket while the store is slow, and holds no more than a few buffers', async () => {
    const body = new PassThrough({ highWaterMark: 1024 })
    let release: () => void = () => undefined
    let taken = 0
    const sink: PumpSink = {
      write: () =>
        new Promise((resolve) => {
          release = resolve
        }),
      wrote: async () => undefined,
    }
    const done = pumpBody(
      body,
      sink,
      options({
        onChunk: (chunk) => {
          taken += chunk.length
        },
      }),
    )
    for (let i = 0; i < 100; i++) body.write(Buffer.alloc(4))
    await tick()
    expect(body.isPaused()).toBe(true)
    expect(taken).toBeLessThanOrEqual(8 * 3 + 4)
    body.end()
    const drain = setInterval(() => release(), 0)
    expect((await done).writtenBytes).toBe(400)
    clearInterval(drain)
  })

  it('stops at the limit, keeps what fitted and says why', async () => {
    const sink = new Collector()
    const result = await pumpBody(chunks('12345', '67890', 'x'), sink, options({ limitBytes: 10 }))
    expect(sink.text).toBe('1234567890')
    expect(result.error).toMatchObject({ code: 'too_large' })
  })

  it('keeps what arrived before the connection broke', async () => {
    const body = new PassThrough()
    const sink = new Collector()
    const done = pumpBody(body, sink, options())
    body.write('abc')
    await tick()
    body.destroy(new Error('ECONNRESET'))
    const result = await done
    expect(sink.text).toBe('abc')
    expect(result.error).toMatchObject({ code: 'client_aborted', cause: { message: 'ECONNRESET' } })
  })

  it('ends with the reason of an abort and leaves the body to its owner', async () => {
    const body = new PassThrough()
    const controller = new AbortController()
    const sink = new Collector()
    const done = pumpBody(body, sink, options({ signal: controller.signal }))
    body.write('abc')
    await tick()
    controller.abort(new DomainError('superseded', 'newer'))
    expect((await done).error).toMatchObject({ code: 'superseded' })
    expect(sink.text).toBe('abc')
    expect(body.destroyed).toBe(false)
    body.destroy(new Error('late'))
    await tick() // a late error of the body must not be an uncaught one
  })

  it('reports a failing store once and writes nothing after it', async () => {
    let writes = 0
    const sink: PumpSink = {
      write: async () => {
        writes += 1
        throw new DomainError('storage_full', 'full')
      },
      wrote: async () => undefined,
    }
    const result = await pumpBody(chunks('12345678', '12345678', '1'), sink, options())
    expect(result).toMatchObject({ writtenBytes: 0, error: { code: 'storage_full' } })
    expect(writes).toBe(1)
  })

  it('takes a body that ended before anybody read it', async () => {
    const result = await pumpBody(Readable.from([]), new Collector(), options())
    expect(result).toEqual({ writtenBytes: 0, error: undefined })
  })

  it('does not wait for a body that was destroyed before', async () => {
    const body = new PassThrough()
    body.destroy()
    expect((await pumpBody(body, new Collector(), options())).error).toMatchObject({ code: 'client_aborted' })
  })
})
