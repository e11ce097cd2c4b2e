import { isDomainError } from '../../../../core/errors.ts'
import { KalturaError } from '../errors.ts'
import type { Call, Operation } from '../operation.ts'
import { assertMayEdit, type Entry, findEntry, METADATA } from './entry.ts'
import { toMediaEntry } from './media-entry.ts'
import { REPLACEMENT_STATUS, type Replacement, replacementOf } from './replacement.ts'

type Settle = (call: Call, entry: Entry, replacement: Replacement) => Promise<void>

function settleReplacement(service: string, action: string, settle: Settle): Operation {
  return {
    service,
    action,
    admits: 'user',
    parameters: [{ name: 'entryId', type: 'string' }],
    async run(call) {
      const { services, session } = call
      const entry = await findEntry(services, session, call.text('entryId'))
      assertMayEdit(session, entry)
      await settle(call, entry, await replacementOf(services, entry.view.asset))
      return toMediaEntry(call, await findEntry(services, session, entry.id))
    },
  }
}

/** The other content plays, at once or as soon as it can. */
const approve: Settle = async ({ services, session }, { id, view }, { status, upload, source }) => {
  if (status === REPLACEMENT_STATUS.none || status === REPLACEMENT_STATUS.failed) {
    throw new KalturaError('ENTRY_ID_NOT_REPLACED', { ENTRY_ID: id })
  }
  const { asset } = view
  if (source !== undefined) await services.versions.activate(session.projectId, asset.id, source.id)
  else if (upload !== undefined) await services.uploads.attach(upload.id, asset.id, { activation: 'automatic' })
}

/** The entry stays what it is. A token that was to bring the other content may bring it to another entry. */
const cancel: Settle = async ({ services, session }, { view }, { upload, source }) => {
  const { asset } = view
  if (source !== undefined) {
    await services.versions.discard(session.projectId, asset.id, source.id)
  } else if (upload?.policy.isPulled === true) {
    await services.uploads.remove(upload.id).catch(unlessOver)
  } else if (upload !== undefined) {
    await services.uploads.detach(upload.id)
  }
  await services.library.update(session.projectId, asset.id, { metadata: { [METADATA.replacement]: undefined } })
}

function unlessOver(error: unknown): void {
  if (!isDomainError(error, 'state_conflict')) throw error
}

export const mediaApproveReplace = settleReplacement('media', 'approveReplace', approve)
export const mediaCancelReplace = settleReplacement('media', 'cancelReplace', cancel)
export const baseEntryApproveReplace = settleReplacement('baseEntry', 'approveReplace', approve)
export const baseEntryCancelReplace = settleReplacement('baseEntry', 'cancelReplace', cancel)
