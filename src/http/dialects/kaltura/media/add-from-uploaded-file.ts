import { KalturaError } from '../errors.ts'
import type { Call, Operation } from '../operation.ts'
import type { CastObject } from '../schema/cast.ts'
import type { Result } from '../schema/wire-value.ts'
import { findToken } from '../upload-token/upload-token.ts'
import { createEntryWith } from './create-entry.ts'
import { findEntry } from './entry.ts'
import { toMediaEntry } from './media-entry.ts'
import { attachToken } from './resource.ts'

/** Makes an entry of a token whose file is there already. */
export const mediaAddFromUploadedFile: Operation = {
  service: 'media',
  action: 'addFromUploadedFile',
  admits: 'user',
  parameters: [
    { name: 'mediaEntry', type: 'object:KalturaMediaEntry', purpose: 'add' },
    { name: 'uploadTokenId', type: 'string' },
  ],
  run: (call) => addFromUploadedFile(call, call.object('mediaEntry')),
}

/** The same; the entry may be of the general type. */
export const baseEntryAddFromUploadedFile: Operation = {
  service: 'baseEntry',
  action: 'addFromUploadedFile',
  admits: 'user',
  parameters: [
    { name: 'entry', type: 'object:KalturaBaseEntry', purpose: 'add' },
    { name: 'uploadTokenId', type: 'string' },
    { name: 'type', type: 'int', default: -1 },
  ],
  run: (call) => addFromUploadedFile(call, call.object('entry')),
}

async function addFromUploadedFile(call: Call, sent: CastObject | undefined): Promise<Result> {
  const { services, session } = call
  const token = await findToken(services, session, call.text('uploadTokenId'))
  if (token.state !== 'complete') throw new KalturaError('UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY')
  const { id } = await createEntryWith(call, sent, (entry) => attachToken(call, entry, token))
  return toMediaEntry(call, await findEntry(services, session, id))
}
