import { DomainError } from '../../../core/errors.ts'
import { type AssetId, type CategoryId, type ChannelId, parseId, type SourceId } from '../../../core/ids.ts'
import type { Asset, Source } from '../../../core/library/asset.ts'
import type { AssetEdit } from '../../../core/library/asset-changes.ts'
import type { Window } from '../../../core/library/asset-filter.ts'
import type { Category } from '../../../core/library/category.ts'
import type { Channel, Placement } from '../../../core/library/channel.ts'
import type { Services } from '../../services.ts'
import type {
  AssetEditBody,
  CategoryDocument,
  ChannelDocument,
  PlacementDocument,
  VersionDocument,
} from './library-schema.ts'

/** What is shown of categories, with their counts and channels. */
export async function categoryDocuments(
  categories: readonly Category[],
  services: Services,
): Promise<CategoryDocument[]> {
  const ids = categories.map((category) => category.id)
  const [counts, channels] = await Promise.all([
    services.categories.assetCounts(ids),
    services.categories.channelsOf(ids),
  ])
  return categories.map(({ id, name, description, parentId, position, workflowKey, profileKey, createdAtMs }) => ({
    id,
    name,
    description,
    parentId: parentId ?? null,
    position,
    workflow: workflowKey ?? null,
    profile: profileKey ?? null,
    channels: [...(channels.get(id) ?? [])],
    assetCount: counts.get(id) ?? 0,
    createdAt: new Date(createdAtMs).toISOString(),
  }))
}

export async function channelDocuments(channels: readonly Channel[], services: Services): Promise<ChannelDocument[]> {
  const counts = await services.channels.placementCounts(channels.map((channel) => channel.id))
  return channels.map(({ id, name, description, isEnabled, policy, metadata, position, ...rest }) => ({
    id,
    name,
    description,
    enabled: isEnabled,
    policy: { ...policy, refererDomains: [...policy.refererDomains] },
    metadata,
    position,
    workflow: rest.workflowKey ?? null,
    profile: rest.profileKey ?? null,
    placementCount: counts.get(id) ?? 0,
    createdAt: new Date(rest.createdAtMs).toISOString(),
  }))
}

type WishBody = Readonly<{ workflow?: string | null; profile?: string | null }>

/** What a body says of the treatment of files; null takes back what was said, and absent members leave it. */
export function readWish({ workflow, profile }: WishBody): Pick<Category, 'workflowKey' | 'profileKey'> {
  return {
    ...(workflow === undefined ? {} : { workflowKey: workflow ?? undefined }),
    ...(profile === undefined ? {} : { profileKey: profile ?? undefined }),
  }
}

export function placementDocument(placement: Placement): PlacementDocument {
  const { key, channelId, assetId, previousAssetId, createdAtMs } = placement
  const createdAt = new Date(createdAtMs).toISOString()
  return { key, channelId, assetId, previousAssetId: previousAssetId ?? null, createdAt }
}

export function versionDocument(source: Source, asset: Asset): VersionDocument {
  const { id, version, fileName, sizeBytes, activation, createdAtMs } = source
  return {
    id,
    version,
    fileName,
    sizeBytes,
    activation,
    state: versionState(source, asset),
    createdAt: new Date(createdAtMs).toISOString(),
  }
}

function versionState(source: Source, asset: Asset): VersionDocument['state'] {
  if (asset.currentSourceId === source.id) return 'playing'
  if (source.failure !== undefined) return 'failed'
  return source.readyAtMs === undefined ? 'processing' : 'ready'
}

/** An id of the right form; one that is not names nothing. */
export function readAssetEdit({ enabled, categories, metadata, ...edit }: AssetEditBody): AssetEdit {
  return {
    ...edit,
    isEnabled: enabled,
    categoryIds: categories?.map(readCategoryId),
    metadata: metadata && withoutNulls(metadata),
  }
}

/** The core's way to say that a name goes. */
function withoutNulls(metadata: Readonly<Record<string, string | null>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, value ?? undefined]))
}

export function readCategoryId(text: string): CategoryId {
  return known(parseId('category', text), 'category')
}

export function readChannelId(text: string): ChannelId {
  return known(parseId('channel', text), 'channel')
}

export function readAssetId(text: string): AssetId {
  return known(parseId('asset', text), 'asset')
}

export function readSourceId(text: string): SourceId {
  return known(parseId('source', text), 'version')
}

export function toWindow({ page = 1, perPage = 20 }: Readonly<{ page?: number; perPage?: number }>): Window {
  return { offset: (page - 1) * perPage, limit: perPage }
}

function known<Id>(id: Id | undefined, name: string): Id {
  if (id === undefined) throw new DomainError('not_found', `No such ${name}.`)
  return id
}
