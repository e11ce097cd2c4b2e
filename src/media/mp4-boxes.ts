import type { FileHandle } from 'node:fs/promises'

/** One box of an ISO base media file. `start` is where its content begins, `end` where the box ends. */
export type Mp4Box = Readonly<{ type: string; start: number; end: number }>

/** The boxes directly inside [start, end) of `bytes`. Stops at the first one that does not fit. */
export function* childBoxes(bytes: Buffer, start = 0, end = bytes.length): Generator<Mp4Box> {
  for (let at = start; at + 8 <= end; ) {
    const header = boxHeader(bytes.subarray(at, Math.min(end, at + 16)), end - at)
    if (header === undefined || at + header.sizeBytes > end) return
    yield { type: header.type, start: at + header.headerBytes, end: at + header.sizeBytes }
    at += header.sizeBytes
  }
}

/** The first box found by following `path` (types from the outside inwards). */
export function findBox(bytes: Buffer, path: readonly string[], within?: Mp4Box): Mp4Box | undefined {
  const [type, ...rest] = path
  for (const box of childBoxes(bytes, within?.start, within?.end)) {
    if (box.type === type) return rest.length === 0 ? box : findBox(bytes, rest, box)
  }
  return undefined
}

/** What the outermost boxes of an MP4 say about its completeness. */
export type Mp4Layout = Readonly<{
  hasIndex: boolean
  /** A box ends after the file does. */
  isCut: boolean
}>

/** A file of more top-level boxes than this is not looked at further (fragmented files have two per fragment). */
const MAX_TOP_LEVEL_BOXES = 100_000

/** Walks the outermost boxes of a file without reading their content. */
export async function readMp4Layout(file: FileHandle, sizeBytes: number): Promise<Mp4Layout> {
  const head = Buffer.alloc(16)
  let hasIndex = false
  let at = 0
  for (let count = 0; at + 8 <= sizeBytes && count < MAX_TOP_LEVEL_BOXES; count++) {
    const { bytesRead } = await file.read(head, 0, 16, at)
    const header = boxHeader(head.subarray(0, bytesRead), sizeBytes - at)
    if (header === undefined) return { hasIndex, isCut: false }
    if (header.type === 'moov') hasIndex = true
    at += header.sizeBytes
  }
  return { hasIndex, isCut: at !== sizeBytes }
}

function boxHeader(
  head: Buffer,
  restBytes: number,
): { type: string; headerBytes: number; sizeBytes: number } | undefined {
  if (head.length < 8) return undefined
  const type = head.toString('latin1', 4, 8)
  const size = head.readUInt32BE(0)
  if (size === 0) return { type, headerBytes: 8, sizeBytes: restBytes }
  if (size === 1) {
    if (head.length < 16) return undefined
    const large = Number(head.readBigUInt64BE(8))
    return large < 16 ? undefined : { type, headerBytes: 16, sizeBytes: large }
  }
  return size < 8 ? undefined : { type, headerBytes: 8, sizeBytes: size }
}
