import { Readable } from 'node:stream'
import { PICTURE } from '../asset/picture-content.ts'
import { setPicture } from '../asset/set-picture.ts'
import { takePicture } from '../asset/take-picture.ts'
import { fetchContent } from '../asset/with-content.ts'
import { KalturaError } from '../errors.ts'
import type { Call, Operation } from '../operation.ts'
import { assertMayEdit, type Entry, findEntry } from './entry.ts'
import { toMediaEntry } from './media-entry.ts'

async function ownEntry(call: Call): Promise<Entry> {
  const entry = await findEntry(call.services, call.session, call.text('entryId'))
  assertMayEdit(call.session, entry)
  return entry
}

/** An uploaded picture takes the place of the one from the film. Older clients call it so; it may be PNG or WebP too. */
function updateThumbnailJpeg(service: string): Operation {
  return {
    service,
    action: 'updateThumbnailJpeg',
    admits: 'user',
    parameters: [{ name: 'entryId', type: 'string' }],
    file: 'fileData',
    async run(call) {
      const entry = await ownEntry(call)
      const file = await call.file()
      if (file.fileName === '') throw new KalturaError('UPLOAD_ERROR')
      await setPicture(call, entry, await file.open())
      return toMediaEntry(call, await findEntry(call.services, call.session, entry.id))
    },
  }
}

/** The same of a picture that the server gets by itself. */
function updateThumbnailFromUrl(service: string): Operation {
  return {
    service,
    action: 'updateThumbnailFromUrl',
    admits: 'user',
    parameters: [
      { name: 'entryId', type: 'string' },
      { name: 'url', type: 'string' },
    ],
    async run(call) {
      const entry = await ownEntry(call)
      await fetchContent(call, call.text('url'), PICTURE, (bytes) => setPicture(call, entry, Readable.from([bytes])))
      return toMediaEntry(call, await findEntry(call.services, call.session, entry.id))
    },
  }
}

/** Has it taken from the film itself, by a worker; until then the one before is shown. */
export const mediaUpdateThumbnail: Operation = {
  service: 'media',
  action: 'updateThumbnail',
  admits: 'user',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'timeOffset', type: 'float' },
    { name: 'flavorParamsId', type: 'int', default: null },
  ],
  async run(call) {
    const entry = await ownEntry(call)
    await takePicture(call, entry, Math.max(0, call.number('timeOffset') * 1000))
    return toMediaEntry(call, await findEntry(call.services, call.session, entry.id))
  },
}

export const mediaUpdateThumbnailJpeg = updateThumbnailJpeg('media')
export const mediaUpdateThumbnailFromUrl = updateThumbnailFromUrl('media')
export const baseEntryUpdateThumbnailJpeg = updateThumbnailJpeg('baseEntry')
export const baseEntryUpdateThumbnailFromUrl = updateThumbnailFromUrl('baseEntry')
