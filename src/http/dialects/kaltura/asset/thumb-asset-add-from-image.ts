import { isDomainError } from '../../../../core/errors.ts'
import { KalturaError } from '../errors.ts'
import { assertMayEdit, findEntry } from '../media/entry.ts'
import type { Call, Operation } from '../operation.ts'
import type { IncomingFile } from '../transport/incoming-files.ts'
import { findThumb, thumbsOf, toThumbAsset } from './thumb-asset.ts'

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
    await setPicture(call, entry, file)
    const [thumb] = thumbsOf(await findEntry(services, session, entryId))
    if (thumb === undefined) throw new KalturaError('ENTRY_ID_NOT_FOUND', { ENTRY_ID: entryId })
    return toThumbAsset(thumb, session.content.partnerId)
  },
}

async function setPicture(
  { services, session }: Call,
  { id, view }: Awaited<ReturnType<typeof findEntry>>,
  file: IncomingFile,
): Promise<void> {
  try {
    const signal = new AbortController().signal
    await services.posters.set(session.projectId, view.asset.id, await file.open(), signal)
  } catch (error) {
    if (isDomainError(error, 'state_conflict')) {
      throw new KalturaError('ENTRY_NOT_READY', { ENTRY_ID: id }, { cause: error })
    }
    if (isDomainError(error, 'type_not_allowed')) throw new KalturaError('UPLOAD_ERROR', {}, { cause: error })
    throw error
  }
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
