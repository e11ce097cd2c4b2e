import { sniffContentType } from '../uploads/content-type.ts'
import type { MediaInfo } from './media-info.ts'

/** Types that no browser runs anything of; what else a file may be, it is given out as bytes. */
const HARMLESS = /^image\/(png|jpeg|gif|webp|bmp|tiff|heic|avif)$/

/** What is said of a file that is kept although it is no media. `head` is its beginning. */
export function plainFileInfo(head: Uint8Array, sizeBytes: number): MediaInfo {
  const type = sniffContentType(head, true) ?? ''
  const isText = type === 'text/plain'
  return {
    container: '',
    contentType: isText ? 'text/plain; charset=utf-8' : HARMLESS.test(type) ? type : 'application/octet-stream',
    durationMs: 0,
    sizeBytes,
    bitRate: undefined,
    video: undefined,
    audio: [],
    coverStreamIndex: undefined,
  }
}
