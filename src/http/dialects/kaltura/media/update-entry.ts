import type { AssetEdit } from '../../../../core/library/asset-changes.ts'
import { KalturaError } from '../errors.ts'
import type { Call, Operation } from '../operation.ts'
import { assertUnchanged, type CastObject } from '../schema/cast.ts'
import { itemsOf } from '../schema/pager.ts'
import { assertMayEdit, ENTRY_STATUS, type Entry, entryStatus, findEntry, METADATA } from './entry.ts'
import { toMediaEntry } from './media-entry.ts'
import { statedCategories } from './stated-categories.ts'

/** Changes what an entry says of itself; what is not named stays as it is. */
function updateEntry(service: string, parameter: string, type: string): Operation {
  return {
    service,
    action: 'update',
    admits: 'user',
    parameters: [
      { name: 'entryId', type: 'string' },
      { name: parameter, type: `object:${type}`, purpose: 'update' },
    ],
    async run(call) {
      const { services, session } = call
      const entry = await findEntry(services, session, call.text('entryId'))
      assertMayEdit(session, entry)
      const sent = call.object(parameter)
      if (sent !== undefined) {
        if (sent.fixed.length > 0) assertUnchanged(sent, (await toMediaEntry(call, entry)).values)
        await assertProfileMayChange(call, entry, sent)
        await services.library.update(session.projectId, entry.view.asset.id, await editOf(call, sent))
      }
      return toMediaEntry(call, await findEntry(services, session, entry.id))
    },
  }
}

/** Throws PROPERTY_VALIDATION_ENTRY_STATUS for another conversion profile once there is content. */
async function assertProfileMayChange(call: Call, entry: Entry, { objectType, values }: CastObject): Promise<void> {
  const stated = values['conversionProfileId']
  const status = entryStatus(entry.view)
  if (typeof stated !== 'number' || status === ENTRY_STATUS.noContent) return
  if (stated === (await toMediaEntry(call, entry)).values['conversionProfileId']) return
  throw new KalturaError('PROPERTY_VALIDATION_ENTRY_STATUS', {
    PROP_NAME: `${objectType}::conversionProfileId`,
    STATUS: String(status),
  })
}

/** What a caller may not change is dropped without a word, as the vendor does. A null clears. */
async function editOf(call: Call, { values }: CastObject): Promise<AssetEdit> {
  const { isAdmin } = call.session
  const text = (name: string): string | undefined =>
    values[name] === undefined ? undefined : String(values[name] ?? '')
  const title = text('name')
  const tags = text('tags')
  const noted = Object.entries({
    [METADATA.referenceId]: text('referenceId'),
    [METADATA.adminTags]: isAdmin ? text('adminTags') : undefined,
    [METADATA.conversionProfile]: text('conversionProfileId'),
  }).filter(([, value]) => value !== undefined)
  return {
    title: title === '' ? undefined : title,
    description: text('description'),
    tags: tags === undefined ? undefined : (itemsOf(tags) ?? []),
    ownerId: isAdmin ? text('userId') || undefined : undefined,
    metadata: Object.fromEntries(noted.map(([name, value]) => [name, value || undefined])),
    categoryIds: await statedCategories(call, values),
  }
}

export const mediaUpdate = updateEntry('media', 'mediaEntry', 'KalturaMediaEntry')
export const baseEntryUpdate = updateEntry('baseEntry', 'baseEntry', 'KalturaBaseEntry')
