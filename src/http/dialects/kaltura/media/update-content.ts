import { KalturaError } from '../errors.ts'
import type { Call, Operation } from '../operation.ts'
import type { CastObject } from '../schema/cast.ts'
import { assertMayEdit, ENTRY_STATUS, type Entry, entryStatus, findEntry, METADATA, statedProfileId } from './entry.ts'
import { toMediaEntry } from './media-entry.ts'
import { REPLACEMENT_STATUS, replacementOf } from './replacement.ts'
import { attachResource } from './resource.ts'

const SETTLED: readonly number[] = [REPLACEMENT_STATUS.none, REPLACEMENT_STATUS.failed]

/**
 * Gives an entry its first content, or other content in place of what it has: the entry keeps its id and addresses, and
 * plays what it has until the other is ready (and approved, where that is asked for).
 */
function updateContent(service: string): Operation {
  return {
    service,
    action: 'updateContent',
    admits: 'user',
    parameters: [
      { name: 'entryId', type: 'string' },
      { name: 'resource', type: 'object:KalturaResource' },
      { name: 'conversionProfileId', type: 'int', default: null },
      { name: 'advancedOptions', type: 'object:KalturaEntryReplacementOptions', default: null },
    ],
    async run(call) {
      const { services, session } = call
      const found = await findEntry(services, session, call.text('entryId'))
      assertMayEdit(session, found)
      const resource = call.object('resource')
      if (resource === undefined) throw new KalturaError('MISSING_MANDATORY_PARAMETER', { PARAM_NAME: 'resource' })
      await giveContent(call, await withProfile(call, found), resource)
      return toMediaEntry(call, await findEntry(services, session, found.id))
    },
  }
}

/** The resource becomes the entry's file: its first one, or in place of what it has. Throws ENTRY_REPLACEMENT_ALREADY_EXISTS. */
export async function giveContent(call: Call, entry: Entry, resource: CastObject): Promise<void> {
  const { services, session, surroundings } = call
  if (entryStatus(entry.view) === ENTRY_STATUS.noContent) {
    await attachResource(call, entry, resource)
    return
  }
  const { status } = await replacementOf(services, entry.view.asset)
  if (!SETTLED.includes(status)) throw new KalturaError('ENTRY_REPLACEMENT_ALREADY_EXISTS')
  const activation = surroundings.replacementsNeedApproval ? 'manual' : 'automatic'
  const uploadId = await attachResource(call, entry, resource, activation)
  const metadata = { [METADATA.replacement]: uploadId }
  await services.library.update(session.projectId, entry.view.asset.id, { metadata })
}

/** A profile that is stated with the content holds for the entry from now on. */
async function withProfile(call: Call, entry: Entry): Promise<Entry> {
  const { services, session } = call
  const id = call.number('conversionProfileId')
  if (id === 0 || id === statedProfileId(entry)) return entry
  const metadata = { [METADATA.conversionProfile]: String(id) }
  return { ...entry, view: await services.library.update(session.projectId, entry.view.asset.id, { metadata }) }
}

export const mediaUpdateContent = updateContent('media')
export const baseEntryUpdateContent = updateContent('baseEntry')
