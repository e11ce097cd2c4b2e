import { DomainError } from '../errors.ts'
import type { AssetTrait } from '../events.ts'
import type { CategoryId } from '../ids.ts'
import type { AssetChange } from '../ports/unit-of-work.ts'
import type { Asset } from './asset.ts'

/** What somebody asks to change of an asset; absent members stay as they are. */
export type AssetEdit = Readonly<{
  title?: string | undefined
  description?: string | undefined
  tags?: readonly string[] | undefined
  isEnabled?: boolean | undefined
  ownerId?: string | undefined
  /** Added to the values that are there; an undefined one removes its name. */
  metadata?: Readonly<Record<string, string | undefined>> | undefined
  /** All categories the asset is in from now on. */
  categoryIds?: readonly CategoryId[] | undefined
}>

export const MAX_TITLE = 1_024
export const MAX_DESCRIPTION = 65_536
export const MAX_TAGS = 200
export const MAX_TAG = 256
export const MAX_METADATA = 200

/** The columns that really change, and what receivers are told of it. Throws invalid_argument. */
export function planEdit(
  asset: Asset,
  edit: AssetEdit,
): Readonly<{ change: AssetChange; traits: readonly AssetTrait[] }> {
  const { title, description, isEnabled, ownerId } = edit
  if (title !== undefined && title.length > MAX_TITLE) throw tooLong('title', MAX_TITLE)
  if (description !== undefined && description.length > MAX_DESCRIPTION) throw tooLong('description', MAX_DESCRIPTION)
  const tags = edit.tags && checkedTags(edit.tags)
  const metadata = edit.metadata && mergedMetadata(asset.metadata, edit.metadata)
  const change: AssetChange = {
    ...(title !== undefined && title !== asset.title ? { title } : {}),
    ...(description !== undefined && description !== asset.description ? { description } : {}),
    ...(tags !== undefined && !isSame(tags, asset.tags) ? { tags } : {}),
    ...(isEnabled !== undefined && isEnabled !== asset.isEnabled ? { isEnabled } : {}),
    ...(ownerId !== undefined && ownerId !== asset.ownerId ? { ownerId } : {}),
    ...(metadata !== undefined && !isSame(metadata, asset.metadata) ? { metadata } : {}),
  }
  const traits = (['title', 'description', 'tags', 'metadata', 'isEnabled'] as const).filter((name) => name in change)
  return { change, traits }
}

function checkedTags(tags: readonly string[]): readonly string[] {
  const distinct = [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))]
  if (distinct.length > MAX_TAGS) throw new DomainError('invalid_argument', `An asset has at most ${MAX_TAGS} tags.`)
  if (distinct.some((tag) => tag.length > MAX_TAG)) throw tooLong('tag', MAX_TAG)
  return distinct
}

function mergedMetadata(
  current: Asset['metadata'],
  changes: Readonly<Record<string, string | undefined>>,
): Asset['metadata'] {
  const merged: Record<string, string> = {}
  for (const [name, value] of Object.entries({ ...current, ...changes })) {
    if (value !== undefined) merged[name] = value
  }
  if (Object.keys(merged).length > MAX_METADATA) {
    throw new DomainError('invalid_argument', `An asset has at most ${MAX_METADATA} values of metadata.`)
  }
  return merged
}

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function tooLong(name: string, max: number): DomainError {
  return new DomainError('invalid_argument', `The ${name} has at most ${max} characters.`)
}
