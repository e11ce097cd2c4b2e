import { KalturaError } from '../errors.ts'
import type { FilterValues } from '../schema/filter.ts'
import { itemsOf } from '../schema/pager.ts'

/** The entries whose flavours, pictures or captions are asked for. Throws PROPERTY_VALIDATION_CANNOT_BE_NULL without one. */
export function assertNamesEntries(filter: FilterValues): readonly string[] {
  const named = itemsOf(filter['entryIdEqual']) ?? itemsOf(filter['entryIdIn'])
  if (named !== undefined) return named
  throw new KalturaError('PROPERTY_VALIDATION_CANNOT_BE_NULL', {
    PROP_NAME: 'KalturaAssetFilter::entryIdEqual/KalturaAssetFilter::entryIdIn',
  })
}
