import { Readable } from 'node:stream'
import { assertMayEdit, findEntry } from '../media/entry.ts'
import type { Operation } from '../operation.ts'
import { PICTURE } from './picture-content.ts'
import { setPicture } from './set-picture.ts'
import { findThumb, thumbOf, toThumbAsset } from './thumb-asset.ts'
import { fetchContent, withContent } from './with-content.ts'

/** Announces a picture, which `setContent` brings: an entry has one, so that nothing is made here. */
export const thumbAssetAdd: Operation = {
  service: 'thumbAsset',
  action: 'add',
  admits: 'user',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'thumbAsset', type: 'object:KalturaThumbAsset', purpose: 'add' },
  ],
  async run(call) {
    const { services, session } = call
    const entry = await findEntry(services, session, call.text('entryId'))
    assertMayEdit(session, entry)
    return toThumbAsset(thumbOf(entry), session.content.partnerId)
  },
}

/** Brings the picture, of a token, of an address or (as no picture is text, in vain) as text. */
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
