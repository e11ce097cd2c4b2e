import { type FileHandle, open } from 'node:fs/promises'
import { createRequire } from 'node:module'

/** A font file, and the name by which the renderer of subtitles finds it among others. */
export type Font = Readonly<{ file: string; name: string }>

const require = createRequire(import.meta.url)

/** DejaVu Sans: Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic. */
export function shippedFont(): Font {
  return { file: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'), name: 'DejaVu Sans' }
}

/** It comes into a filter graph. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/
/** The renderer knows fonts by their family's name for Windows, in any language; not by any other name. */
const FAMILY_NAME = 1
const WINDOWS = 3
/** Of a table that is read into memory; those of real fonts have some kilobytes. */
const MAX_TABLE_BYTES = 1_000_000

/**
 * Opens a TrueType or OpenType font, or a collection of them, whose first one counts (ISO/IEC 14496-22). Throws an Error
 * that says why it cannot be used.
 */
export async function openFont(file: string): Promise<Font> {
  const handle = await open(file, 'r')
  try {
    const names = await familyNames(handle)
    const name = names.find((one) => NAME.test(one))
    if (name === undefined) throw new Error(`${file} is a font without a usable name.`)
    return { file, name }
  } catch (error) {
    if (error instanceof RangeError) throw new Error(`${file} is no TrueType or OpenType font.`, { cause: error })
    throw error
  } finally {
    await handle.close()
  }
}

async function familyNames(font: FileHandle): Promise<readonly string[]> {
  const head = await bytesAt(font, 0, 16)
  const start = head.toString('latin1', 0, 4) === 'ttcf' ? head.readUInt32BE(12) : 0
  const tables = (await bytesAt(font, start, 12)).readUInt16BE(4)
  const directory = await bytesAt(font, start + 12, tables * 16)
  for (let at = 0; at < directory.length; at += 16) {
    if (directory.toString('latin1', at, at + 4) !== 'name') continue
    return namesIn(await bytesAt(font, directory.readUInt32BE(at + 8), directory.readUInt32BE(at + 12)))
  }
  throw new RangeError('no table of names')
}

function namesIn(table: Buffer): readonly string[] {
  const names: string[] = []
  const texts = table.readUInt16BE(4)
  for (let at = 6, left = table.readUInt16BE(2); left > 0; left--, at += 12) {
    if (table.readUInt16BE(at) !== WINDOWS || table.readUInt16BE(at + 6) !== FAMILY_NAME) continue
    const start = texts + table.readUInt16BE(at + 10)
    const end = start + table.readUInt16BE(at + 8)
    if (end > table.length) throw new RangeError('cut off')
    names.push(new TextDecoder('utf-16be').decode(table.subarray(start, end)))
  }
  return names
}

async function bytesAt(font: FileHandle, position: number, length: number): Promise<Buffer> {
  if (length > MAX_TABLE_BYTES) throw new RangeError('too large')
  const { buffer, bytesRead } = await font.read(Buffer.alloc(length), { position })
  if (bytesRead < length) throw new RangeError('cut off')
  return buffer
}
