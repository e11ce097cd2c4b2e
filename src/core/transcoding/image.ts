import { DomainError } from '../errors.ts'
import type { ImageId, ProjectId } from '../ids.ts'

/** A project's picture, to be drawn as a watermark. */
export type Image = Readonly<{
  id: ImageId
  projectId: ProjectId
  contentType: 'image/png' | 'image/jpeg'
  sizeBytes: number
  createdAtMs: number
}>

export const MAX_IMAGE_BYTES = 512 * 1024
const MAX_SIDE_PX = 4096
const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

/** What the bytes are. Throws invalid_argument for what is no PNG or JPEG, or larger than a watermark need be. */
export function assertImage(bytes: Uint8Array): Image['contentType'] {
  if (bytes.length > MAX_IMAGE_BYTES) {
    throw new DomainError('invalid_argument', `A picture has at most ${MAX_IMAGE_BYTES} bytes.`)
  }
  const buffer = Buffer.from(bytes)
  const isPng = buffer.subarray(0, 8).equals(PNG) && buffer.length > 24
  if (!isPng && !(buffer.length > 4 && buffer.readUInt16BE(0) === 0xffd8)) {
    throw new DomainError('invalid_argument', 'The picture is neither PNG nor JPEG.')
  }
  if (isPng && Math.max(buffer.readUInt32BE(16), buffer.readUInt32BE(20)) > MAX_SIDE_PX) {
    throw new DomainError('invalid_argument', `A picture has at most ${MAX_SIDE_PX} pixels on a side.`)
  }
  return isPng ? 'image/png' : 'image/jpeg'
}
