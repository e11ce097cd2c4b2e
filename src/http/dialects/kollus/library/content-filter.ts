import { DomainError } from '../../../../core/errors.ts'
import type { AssetFilter } from '../../../../core/library/asset-filter.ts'
import type { Generation } from '../errors.ts'
import { categoryIdOf } from '../keys.ts'
import type { KollusParameters } from '../parameters.ts'
import { readFlag } from '../wire/flags.ts'
import { statesOfName, statesOfStage } from './transcoding-stage.ts'

const DAY_MS = 24 * 60 * 60_000

/** The key of the category of what is in none. */
export const NO_CATEGORY = 'none'

/** What a list call narrows itself to. Throws invalid_argument. Source: docs/dialects/kollus.md#lists. */
export function readContentFilter(parameters: KollusParameters, generation: Generation): AssetFilter {
  const start = day(parameters, 'start_date')
  const end = day(parameters, 'end_date')
  return {
    ...inCategory(parameters.get('category_key')),
    keyword: parameters.get('keyword'),
    states:
      generation === 'v0' ? statesOfStage(parameters.get('transcoding_stage')) : statesOfName(parameters.get('state')),
    isEnabled: readFlag(parameters, 'active', 'is_enabled'),
    createdFromMs: start,
    // The day itself still counts.
    createdBeforeMs: end === undefined ? undefined : end + DAY_MS,
  }
}

/** One that nobody has holds nothing; none of the wire's keys narrows to nothing. */
export function inCategory(key: string | undefined): AssetFilter {
  if (key === undefined) return {}
  if (key === NO_CATEGORY) return { isUncategorised: true }
  const id = categoryIdOf(key)
  return { categoryIds: id === undefined ? [] : [id] }
}

/** `YYYY-MM-DD` or `YYYYMMDD`, a day in UTC. */
function day(parameters: KollusParameters, name: string): number | undefined {
  const text = parameters.get(name)
  if (text === undefined) return undefined
  const [, year, month, date] = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text.slice(0, 10)) ?? []
  const atMs = Date.parse(`${year}-${month}-${date}T00:00:00Z`)
  if (Number.isNaN(atMs)) throw new DomainError('invalid_argument', `${name} must be a day as YYYY-MM-DD.`)
  return atMs
}
