import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFont, shippedFont } from './font.ts'

const SERIF = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSerif-Bold.ttf')

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-font-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function fileOf(bytes: Buffer | string): Promise<string> {
  const path = join(directory, 'font')
  await writeFile(path, bytes)
  return path
}

/** As East Asian fonts come: several in one file. This one holds the same one twice. */
function collectionOf(font: Buffer): Buffer {
  const head = Buffer.alloc(20)
  head.write('ttcf\0\x01\0\0', 'latin1')
  head.writeUInt32BE(2, 8)
  for (const at of [12, 16]) head.writeUInt32BE(head.length, at)
  const moved = Buffer.from(font)
  for (let i = 0; i < moved.readUInt16BE(4); i++) {
    const at = 12 + 16 * i + 8
    moved.writeUInt32BE(moved.readUInt32BE(at) + head.length, at)
  }
  return Buffer.concat([head, moved])
}

describe('a font', () => {
  it('is known by the name that stands in it', async () => {
    expect(await openFont(SERIF)).toEqual({ file: SERIF, name: 'DejaVu Serif' })
    const shipped = shippedFont()
    expect(await openFont(shipped.file)).toEqual(shipped)
  })

  it('may be the first of a collection', async () => {
    const file = await fileOf(collectionOf(await readFile(SERIF)))
    expect((await openFont(file)).name).toBe('DejaVu Serif')
  })

  it('that is none, or is cut off, is told of', async () => {
    const whole = await readFile(SERIF)
    for (const bytes of ['', 'wOF2 and so on, no more', whole.subarray(0, 100), whole.subarray(0, 1_000)]) {
      await expect(openFont(await fileOf(bytes))).rejects.toThrow('no TrueType or OpenType font')
    }
    await expect(openFont(join(directory, 'nowhere'))).rejects.toThrow('ENOENT')
  })

  it('whose name could mean something to a filter is refused', async () => {
    const bytes = await readFile(SERIF)
    const name = Buffer.from('DejaVu Serif', 'utf16le').swap16()
    const hostile = Buffer.from("DejaVu':x=y;", 'utf16le').swap16()
    for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name)) hostile.copy(bytes, at)
    await expect(openFont(await fileOf(bytes))).rejects.toThrow('without a usable name')
  })
})
