import type { AssetId } from '../../../../core/ids.ts'
import type { Entry } from '../media/entry.ts'
import type { Call } from '../operation.ts'
import type { Facts } from '../schema/filter.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { fullIdsOf, type Numbered, numberedCategories } from './category.ts'

const ACTIVE = 2

/** An entry in a category. */
export type Filing = Readonly<{ entry: Entry; in: Numbered }>

/** Every filing of these entries. */
export async function filingsOf(call: Call, entries: readonly Entry[]): Promise<readonly Filing[]> {
  const filed = await call.services.categories.ofAssets(entries.map(({ view }): AssetId => view.asset.id))
  const all = await numberedCategories(call)
  return entries.flatMap((entry) =>
    (filed.get(entry.view.asset.id) ?? [])
      .map((id) => all.get(id))
      .filter((numbered) => numbered !== undefined)
      .map((numbered) => ({ entry, in: numbered })),
  )
}

export function filingFacts({ entry, in: numbered }: Filing): Facts {
  return {
    categoryId: numbered.id,
    entryId: entry.id,
    status: ACTIVE,
    categoryFullIds: fullIdsOf(numbered),
    createdAt: Math.floor(entry.view.asset.createdAtMs / 1000),
  }
}

export function toCategoryEntry({ entry, in: numbered }: Filing): KalturaObject {
  return {
    type: 'KalturaCategoryEntry',
    values: {
      categoryId: numbered.id,
      entryId: entry.id,
      categoryFullIds: fullIdsOf(numbered),
      status: ACTIVE,
      creatorUserId: entry.view.asset.ownerId,
    },
  }
}
