import { open } from 'node:fs/promises'
import { DomainError } from '../core/errors.ts'
import { readMp4Layout } from './mp4-boxes.ts'

/**
 * ffmpeg's HLS muxer (seen: 5.1 and 7.0) ignores failed writes and exits with 0 on a full disk, leaving cut or empty
 * files; 5.1 does so for pictures too. So whatever it claims to have written is looked at.
 */
export function incompleteOutput(): DomainError {
  return new DomainError(
    'storage_full',
    'The encoded files could not be written completely; the disk is probably full.',
  )
}

/** Size in bytes of an init or media segment. Throws DomainError('storage_full') when it is missing its end. */
export async function completeSegmentSize(path: string): Promise<number> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size === 0 || (await readMp4Layout(file, size)).isCut) throw incompleteOutput()
    return size
  } finally {
    await file.close()
  }
}

const JPEG_END = 0xffd9

/** Throws DomainError('storage_full') when the picture is missing its end. */
export async function assertCompleteJpeg(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const { buffer } = await file.read(Buffer.alloc(2), { position: Math.max(0, size - 2) })
    if (buffer.readUInt16BE(0) !== JPEG_END) throw incompleteOutput()
  } finally {
    await file.close()
  }
}
