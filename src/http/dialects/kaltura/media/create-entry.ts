import type { AssetKind } from '../../../../core/library/asset.ts'
import type { NewAsset } from '../../../../core/library/library-service.ts'
import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'
import type { CastObject } from '../schema/cast.ts'
import { itemsOf } from '../schema/pager.ts'
import { type Entry, METADATA } from './entry.ts'
import { ENTRY_ID, underNewEntryId } from './entry-id.ts'
import { statedCategories } from './stated-categories.ts'

const KINDS: Readonly<Record<number, AssetKind>> = { 1: 'video', 2: 'image', 5: 'audio' }

/** KalturaEntryType: what we keep are clips; others are decided by the file, which comes to the same. */
const CLIP = 1
const TYPES = [-1, CLIP]

/**
 * Makes the entry that a client describes, without content (status 7). Throws ENTRY_TYPE_NOT_SUPPORTED for playlists,
 * live streams and the like.
 */
export async function createEntry(call: Call, sent: CastObject | undefined, entryType = CLIP): Promise<Entry> {
  const { session, services, surroundings } = call
  const { projectId, content } = session
  const values = sent?.values ?? {}
  assertClip(entryType)
  if (typeof values['type'] === 'number') assertClip(values['type'])
  const nowS = Math.floor(services.clock.now() / 1000)
  const name =
    typeof values['name'] === 'string' && values['name'] !== '' ? values['name'] : `${content.partnerId}_${nowS}`
  const metadata = {
    [METADATA.creatorId]: content.userId,
    ...stated(values['creatorId'], session.isAdmin, METADATA.creatorId),
    ...stated(values['adminTags'], session.isAdmin, METADATA.adminTags),
    ...stated(values['referenceId'], true, METADATA.referenceId),
    ...stated(values['mediaType'], true, METADATA.mediaType),
    ...stated(values['conversionProfileId'] || undefined, true, METADATA.conversionProfile),
  }
  const { description, tags, userId, mediaType } = values
  const asset: NewAsset = {
    projectId,
    title: name,
    description: typeof description === 'string' ? description : undefined,
    tags: itemsOf(tags),
    kind: typeof mediaType === 'number' ? KINDS[mediaType] : undefined,
    ownerId: (session.isAdmin && typeof userId === 'string' && userId) || content.userId || undefined,
    categoryIds: await statedCategories(call, values),
    metadata,
  }
  return underNewEntryId(surroundings.random, async (id) => {
    const externalKeys = [{ namespace: ENTRY_ID, key: id }]
    return { id, view: await services.library.create({ ...asset, externalKeys }) }
  })
}

/** Makes an entry and does `then` with it; when that fails there is no entry either. */
export async function createEntryWith(
  call: Call,
  sent: CastObject | undefined,
  then: (entry: Entry) => Promise<unknown>,
): Promise<Entry> {
  const { services, session } = call
  const entry = await createEntry(call, sent)
  try {
    await then(entry)
    return entry
  } catch (error) {
    await services.library.delete(session.projectId, entry.view.asset.id)
    throw error
  }
}

function assertClip(type: number): void {
  if (!TYPES.includes(type)) throw new KalturaError('ENTRY_TYPE_NOT_SUPPORTED', { ENTRY_TYPE: String(type) })
}

/** What a caller may not set is dropped without a word, as the vendor does. */
function stated(value: unknown, isAllowed: boolean, name: string): Readonly<Record<string, string>> {
  if (!isAllowed || (typeof value !== 'string' && typeof value !== 'number') || value === '') return {}
  return { [name]: String(value) }
}
