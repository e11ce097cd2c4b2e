import { MAX_POSTER_BYTES } from '../../../../core/library/poster-service.ts'
import { KalturaError } from '../errors.ts'

/** What a picture may be, for `withContent`. */
export const PICTURE = {
  maxBytes: MAX_POSTER_BYTES,
  downloadFailed: (url: string) => new KalturaError('THUMB_ASSET_DOWNLOAD_FAILED', { URL_PATH: url }),
}
