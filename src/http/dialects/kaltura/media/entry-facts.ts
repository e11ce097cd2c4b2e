import { paramsIdOf } from '../asset/flavor-id.ts'
import { categoriesOfAssets, type FiledUnder } from '../category/category.ts'
import type { Call } from '../operation.ts'
import type { Facts, FilterValues } from '../schema/filter.ts'
import { itemsOf } from '../schema/pager.ts'
import { type Entry, entryStatus, METADATA, MODERATION_STATUS, mediaTypeOf, sourceTypeOf } from './entry.ts'
import { replacementOf } from './replacement.ts'

/** What KalturaMediaEntryFilter can ask of entries, and lists can be ordered by. What costs more is found out if it is asked. */
export async function factsOfEntries(
  call: Call,
  entries: readonly Entry[],
  asked: FilterValues,
): Promise<ReadonlyMap<Entry, Facts>> {
  const { services, session } = call
  const asks = (field: string): boolean => Object.keys(asked).some((name) => name.startsWith(field))
  const ids = entries.map(({ view }) => view.asset.id)
  const filed = asks('categories') ? await categoriesOfAssets(call, ids) : new Map<string, FiledUnder>()
  const facts = entries.map(async (entry) => {
    const { asset } = entry.view
    const more = {
      partnerId: session.content.partnerId,
      ...(asks('categories') && categoryFacts(filed.get(asset.id))),
      ...(asks('replacementStatus') && { replacementStatus: (await replacementOf(services, asset)).status }),
    }
    return [entry, { ...entryFacts(entry), ...more }] as const
  })
  return new Map(await Promise.all(facts))
}

/** Full names stand for what is below them too. */
function categoryFacts({ fullNames, numbers }: FiledUnder = { fullNames: [], numbers: [] }): Facts {
  const above = (name: string): string[] => name.split('>').map((_, i, steps) => steps.slice(0, i + 1).join('>'))
  return { categories: fullNames.flatMap(above), categoriesIds: numbers.map(String) }
}

const SHORT_MS = 4 * 60_000
const MEDIUM_MS = 20 * 60_000

/** KalturaDurationType. */
function durationTypeOf(durationMs: number | undefined): string {
  if (durationMs === undefined) return 'notavailable'
  return durationMs <= SHORT_MS ? 'short' : durationMs <= MEDIUM_MS ? 'medium' : 'long'
}

function entryFacts({ id, view }: Entry): Facts {
  const { asset, source, renditions } = view
  const { metadata, tags, title } = asset
  const durationMs = source?.media?.durationMs
  const adminTags = itemsOf(metadata[METADATA.adminTags]) ?? []
  const words = [id, title, asset.description, metadata[METADATA.referenceId] ?? '', ...tags]
  return {
    id,
    name: title,
    status: entryStatus(view),
    type: 1,
    tags,
    adminTags,
    tagsName: [...tags, title],
    tagsAdminTags: [...tags, ...adminTags],
    tagsAdminTagsName: [...tags, ...adminTags, title],
    searchText: words.join(' '),
    userId: asset.ownerId ?? '',
    creatorId: metadata[METADATA.creatorId] ?? '',
    referenceId: metadata[METADATA.referenceId],
    rootEntryId: id,
    moderationStatus: MODERATION_STATUS,
    sourceType: sourceTypeOf(view),
    flavorParamsIds: source === undefined ? [] : ['0', ...renditions.map(({ name }) => String(paramsIdOf(name)))],
    createdAt: Math.floor(asset.createdAtMs / 1000),
    updatedAt: Math.floor(asset.updatedAtMs / 1000),
    duration: Math.round((durationMs ?? 0) / 1000),
    msDuration: durationMs ?? 0,
    durationType: [durationTypeOf(durationMs)],
    mediaType: mediaTypeOf(view),
  }
}
