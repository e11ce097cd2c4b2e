import { assertMayEdit } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { findCaption } from './caption-asset.ts'
import { formatNote } from './caption-format.ts'

/** Removes captions; players that begin from now on are not told of them. */
export const captionAssetDelete: Operation = {
  service: 'caption_captionAsset',
  action: 'delete',
  admits: 'user',
  parameters: [{ name: 'captionAssetId', type: 'string' }],
  async run(call) {
    const { services, session } = call
    const { caption, entry } = await findCaption(call, call.text('captionAssetId'))
    assertMayEdit(session, entry)
    await services.subtitles.remove(session.projectId, entry.view.asset.id, caption.subtitle.id)
    await services.library.update(session.projectId, entry.view.asset.id, {
      metadata: formatNote(caption.subtitle, undefined),
    })
    return null
  },
}
