import { assertMayEdit, METADATA } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { assertUnchanged } from '../schema/cast.ts'
import { itemsOf } from '../schema/pager.ts'
import { DEFAULT_TAG, findThumb, toThumbAsset } from './thumb-asset.ts'

/** Changes the tags of a picture, which is the default one whatever they say. */
export const thumbAssetUpdate: Operation = {
  service: 'thumbAsset',
  action: 'update',
  admits: 'user',
  parameters: [
    { name: 'id', type: 'string' },
    { name: 'thumbAsset', type: 'object:KalturaThumbAsset', purpose: 'update' },
  ],
  async run(call) {
    const { services, session } = call
    const thumb = await findThumb(call, call.text('id'))
    assertMayEdit(session, thumb.entry)
    const sent = call.object('thumbAsset')
    if (sent !== undefined) {
      assertUnchanged(sent, toThumbAsset(thumb, session.content.partnerId).values)
      const { tags } = sent.values
      const own = (itemsOf(tags ?? '') ?? []).filter((tag) => tag !== DEFAULT_TAG).join(',')
      const metadata = { [METADATA.thumbTags]: own === '' ? undefined : own }
      if (tags !== undefined) await services.library.update(session.projectId, thumb.entry.view.asset.id, { metadata })
    }
    return toThumbAsset(await findThumb(call, thumb.id), session.content.partnerId)
  },
}
