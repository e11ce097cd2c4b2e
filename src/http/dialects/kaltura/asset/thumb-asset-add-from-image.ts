import { KalturaError } from '../errors.ts'
import { assertMayEdit, findEntry } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { setPicture } from './set-picture.ts'
import { findThumb, thumbOf, toThumbAsset } from './thumb-asset.ts'

/** A picture somebody chose takes the place of the one that was taken from the film. */
export const thumbAssetAddFromImage: Operation = {
  service: 'thumbAsset',
  action: 'addFromImage',
  admits: 'user',
  parameters: [{ name: 'entryId', type: 'string' }],
  file: 'fileData',
  async run(call) {
    const { services, session } = call
    const entryId = call.text('entryId')
    const entry = await findEntry(services, session, entryId)
    assertMayEdit(session, entry)
    const file = await call.file()
    if (file.fileName === '') throw new KalturaError('UPLOAD_ERROR')
    await setPicture(call, entry, await file.open())
    return toThumbAsset(thumbOf(await findEntry(services, session, entryId)), session.content.partnerId)
  },
}

/** An entry has one picture, which is its default already. */
export const thumbAssetSetAsDefault: Operation = {
  service: 'thumbAsset',
  action: 'setAsDefault',
  admits: 'user',
  parameters: [{ name: 'thumbAssetId', type: 'string' }],
  async run(call) {
    const { entry } = await findThumb(call, call.text('thumbAssetId'))
    assertMayEdit(call.session, entry)
    return null
  },
}
