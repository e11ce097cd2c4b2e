import { Readable } from 'node:stream'
import { assertMayEdit, findEntry } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { PICTURE } from './picture-content.ts'
import { setPicture } from './set-picture.ts'
import { thumbOf, toThumbAsset } from './thumb-asset.ts'
import { fetchContent } from './with-content.ts'

/** A picture that the server gets by itself takes the place of the one from the film. */
export const thumbAssetAddFromUrl: Operation = {
  service: 'thumbAsset',
  action: 'addFromUrl',
  admits: 'user',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'url', type: 'string' },
  ],
  async run(call) {
    const { services, session } = call
    const entry = await findEntry(services, session, call.text('entryId'))
    assertMayEdit(session, entry)
    await fetchContent(call, call.text('url'), PICTURE, (bytes) => setPicture(call, entry, Readable.from([bytes])))
    return toThumbAsset(thumbOf(await findEntry(services, session, entry.id)), session.content.partnerId)
  },
}
