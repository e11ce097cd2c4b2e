import { fromDisk } from './disk-errors.ts'

/** What it takes of a FileHandle. */
type Writable = Readonly<{
  writev: (buffers: readonly Uint8Array[], position: number) => Promise<{ bytesWritten: number }>
}>

/** How far a write came, and what stopped it if it did not get to its end. */
export type WriteResult = Readonly<{ writtenBytes: number; failure: unknown }>

/**
 * Writes `buffers` one after the other from `position` on, in as few system calls as possible. A disk that gets full
 * takes a part before it refuses the rest, so the bytes that did get there are counted even then. Never rejects.
 */
export async function writeFully(
  handle: Writable,
  buffers: readonly Uint8Array[],
  position: number,
): Promise<WriteResult> {
  const totalBytes = byteLength(buffers)
  let writtenBytes = 0
  try {
    while (writtenBytes < totalBytes) {
      const rest = writtenBytes === 0 ? buffers : sliceBuffers(buffers, writtenBytes, totalBytes)
      const { bytesWritten } = await handle.writev(rest, position + writtenBytes)
      if (bytesWritten === 0) throw new Error('The file takes no more bytes, without saying why.')
      writtenBytes += bytesWritten
    }
  } catch (error) {
    return { writtenBytes, failure: fromDisk(error) }
  }
  return { writtenBytes, failure: undefined }
}

export function byteLength(buffers: readonly Uint8Array[]): number {
  let sum = 0
  for (const each of buffers) sum += each.byteLength
  return sum
}

/** The bytes [start, end) of `buffers` taken as one, without copying them. */
export function sliceBuffers(buffers: readonly Uint8Array[], start: number, end: number): Uint8Array[] {
  const slices: Uint8Array[] = []
  let position = 0
  for (const each of buffers) {
    const from = Math.max(0, start - position)
    const to = Math.min(each.byteLength, end - position)
    if (from < to) slices.push(each.subarray(from, to))
    position += each.byteLength
  }
  return slices
}
