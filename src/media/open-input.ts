import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import type { InputFile } from './input-arguments.ts'
import { type Mp4Layout, readMp4Layout } from './mp4-boxes.ts'
import { SNIFF_BYTES, sniffContainer } from './sniff-container.ts'

export type OpenedInput = InputFile &
  Readonly<{ sizeBytes: number; brand: string | undefined; mp4Layout: Mp4Layout | undefined }>

/**
 * Looks at the file itself, without any tool. Throws DomainError('media_refused') for what we do not recognise or do
 * not take; other errors of the file system pass through.
 */
export async function openInput(path: string): Promise<OpenedInput> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size === 0) throw mediaRefused('empty_file', 'The file is empty.')
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, SNIFF_BYTES)), { position: 0 })
    const sniffed = sniffContainer(buffer.subarray(0, bytesRead))
    if (sniffed.verdict === 'not_allowed') {
      throw mediaRefused('format_not_allowed', `The file is ${sniffed.what}, which is not accepted.`)
    }
    if (sniffed.verdict === 'not_media') throw mediaRefused('not_media', `The file is ${sniffed.what}, not media.`)
    if (sniffed.kind === 'avi' && isRiffCut(buffer, size)) {
      throw mediaRefused('truncated', 'The file is shorter than its header says.')
    }
    return {
      path: resolve(path),
      kind: sniffed.kind,
      sizeBytes: size,
      brand: sniffed.brand,
      mp4Layout: sniffed.kind === 'mp4' ? await readMp4Layout(file, size) : undefined,
    }
  } finally {
    await file.close()
  }
}

/** Players rebuild the index of a cut AVI and then take what is left for all; only the RIFF size still knows. */
function isRiffCut(head: Buffer, sizeBytes: number): boolean {
  const promised = head.readUInt32LE(4) + 8
  // Recorders that cannot seek back leave 0 or the largest value.
  return promised < 0xffff_0000 && sizeBytes < promised * (1 - TOLERATED_LOSS)
}

const TOLERATED_LOSS = 0.02
