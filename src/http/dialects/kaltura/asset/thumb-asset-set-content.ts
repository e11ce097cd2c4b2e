import { Readable } from 'node:stream'
import { assertMayEdit } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { PICTURE } from './picture-content.ts'
import { setPicture } from './set-picture.ts'
import { findThumb, toThumbAsset } from './thumb-asset.ts'
import { withContent } from './with-content.ts'

/** Brings the picture, from a token or an address. */
export const thumbAssetSetContent: Operation = {
  service: 'thumbAsset',
  action: 'setContent',
  admits: 'user',
  parameters: [
    { name: 'id', type: 'string' },
    { name: 'contentResource', type: 'object:KalturaContentResource' },
  ],
  async run(call) {
    const { entry } = await findThumb(call, call.text('id'))
    assertMayEdit(call.session, entry)
    await withContent(call, call.object('contentResource'), PICTURE, (bytes) =>
      setPicture(call, entry, Readable.from([bytes])),
    )
    return toThumbAsset(await findThumb(call, call.text('id')), call.session.content.partnerId)
  },
}
