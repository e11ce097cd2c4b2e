import { isDomainError } from '../../../../core/errors.ts'
import { MAX_SUBTITLE_BYTES } from '../../../../core/transcoding/subtitle-text.ts'
import { withContent } from '../asset/with-content.ts'
import { KalturaError } from '../errors.ts'
import { assertMayEdit } from '../media/entry.ts'
import type { Call, Operation } from '../operation.ts'
import { type Caption, findCaption, toCaptionAsset } from './caption-asset.ts'

/** Brings the text of captions, or another one: WebVTT, SRT, SubStation Alpha or TTML (DFXP), whatever format was announced. */
export const captionAssetSetContent: Operation = {
  service: 'caption_captionAsset',
  action: 'setContent',
  admits: 'user',
  parameters: [
    { name: 'id', type: 'string' },
    { name: 'contentResource', type: 'object:KalturaContentResource' },
  ],
  async run(call) {
    const { caption, entry } = await findCaption(call, call.text('id'))
    assertMayEdit(call.session, entry)
    const content = {
      maxBytes: MAX_SUBTITLE_BYTES,
      downloadFailed: (url: string) => new KalturaError('CAPTION_ASSET_DOWNLOAD_FAILED', { URL: url }),
    }
    await withContent(call, call.object('contentResource'), content, (bytes) => setText(call, caption, bytes))
    return toCaptionAsset((await findCaption(call, caption.id)).caption, call.session.content.partnerId)
  },
}

async function setText({ services, session }: Call, { id, subtitle }: Caption, bytes: Buffer): Promise<void> {
  try {
    await services.subtitles.update(session.projectId, subtitle.id, { bytes })
  } catch (error) {
    if (!isDomainError(error, 'invalid_argument')) throw error
    throw new KalturaError('CAPTION_ASSET_PARSING_FAILED', { ASSET_ID: id }, { cause: error })
  }
}
