import { DomainError } from '../errors.ts'
import { type ChannelId, newId } from '../ids.ts'
import type { Random } from '../ports/random.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { UploadTarget } from '../uploads/upload.ts'
import type { Asset } from './asset.ts'
import { assetSnapshot } from './asset-snapshot.ts'
import type { Channel, Placement } from './channel.ts'

type Context = Readonly<{ nowMs: number; random: Random }>

const KEY_LENGTH = 8
const KEY_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A new playing key: 62^8 of them, which insert checks against those that exist. */
function newPlacementKey(random: Random): string {
  let key = ''
  while (key.length < KEY_LENGTH) {
    for (const byte of random.bytes(16)) {
      // Bytes past the last whole multiple would favour the first letters.
      if (byte < 248 && key.length < KEY_LENGTH) key += KEY_ALPHABET.charAt(byte % 62)
    }
  }
  return key
}

/**
 * Publishes an asset in a channel and tells it, within the caller's transaction, which holds the asset's lock and has
 * seen that the channel takes it. An asset that is there already keeps its placement.
 */
export async function place(tx: Repositories, asset: Asset, channel: Channel, context: Context): Promise<Placement> {
  const there = await tx.placements.find(channel.id, asset.id)
  if (there !== undefined) return there
  const placement: Placement = {
    id: newId('placement', context.nowMs, context.random),
    projectId: asset.projectId,
    channelId: channel.id,
    assetId: asset.id,
    key: newPlacementKey(context.random),
    previousAssetId: undefined,
    createdAtMs: context.nowMs,
  }
  await tx.placements.insert(placement)
  const event = { type: 'placement.created', ...(await placementFacts(tx, asset, channel, placement)) } as const
  await tx.outbox.append(asset.projectId, event, context.nowMs)
  return placement
}

/** What events say of a placement. */
export async function placementFacts(tx: Repositories, asset: Asset, channel: Channel, placement: Placement) {
  return {
    placementId: placement.id,
    key: placement.key,
    channelId: channel.id,
    channelName: channel.name,
    assetId: asset.id,
    asset: await assetSnapshot(tx, asset),
  }
}

/** Takes all placements of an asset away and tells it, before the asset itself goes. */
export async function withdrawAll(tx: Repositories, asset: Asset, nowMs: number): Promise<void> {
  for (const placement of await tx.placements.ofAssets([asset.id])) {
    const channel = await tx.channels.get(asset.projectId, placement.channelId)
    if (channel === undefined) continue
    const event = { type: 'placement.deleted', ...(await placementFacts(tx, asset, channel, placement)) } as const
    await tx.placements.delete(placement.id)
    await tx.outbox.append(asset.projectId, event, nowMs)
  }
}

/** Files an asset in the categories its upload asked for. Those that are gone by now are passed over. */
export async function fileAway(
  tx: Repositories,
  asset: Asset,
  target: Pick<UploadTarget, 'categoryIds'>,
  nowMs: number,
): Promise<void> {
  for (const id of target.categoryIds ?? []) {
    const category = await tx.categories.get(asset.projectId, id)
    if (category !== undefined) await tx.categories.addAsset(id, asset.id, nowMs)
  }
}

/**
 * Publishes an asset that plays now where its upload and its categories say, within the caller's transaction, which
 * holds the asset's lock. Channels that are gone, and those that do not take it, are passed over.
 */
export async function placeWherePromised(
  tx: Repositories,
  asset: Asset,
  target: Pick<UploadTarget, 'channelIds'> | undefined,
  context: Context,
): Promise<void> {
  const categoryIds = (await tx.categories.ofAssets([asset.id])).get(asset.id) ?? []
  const mapped = [...(await tx.categories.channelsOf(categoryIds)).values()].flat()
  const wanted: ReadonlySet<ChannelId> = new Set([...(target?.channelIds ?? []), ...mapped])
  if (wanted.size === 0) return
  // As it plays since a moment ago.
  const playing = (await tx.assets.find(asset.id)) ?? asset
  for (const channelId of wanted) {
    const channel = await tx.channels.get(asset.projectId, channelId)
    if (channel !== undefined && (await takes(tx, channel, playing))) await place(tx, asset, channel, context)
  }
}

/** Whether the channel's policy lets the asset in. */
export async function takes(tx: Repositories, { policy }: Channel, asset: Asset): Promise<boolean> {
  return !policy.requiresEncryption || isEncrypted(tx, asset)
}

/** Whether what plays of the asset is encrypted; of one that does not play yet, whether its newest file is meant to be. */
export async function isEncrypted(tx: Repositories, asset: Asset): Promise<boolean> {
  const current = asset.currentSourceId && (await tx.sources.get(asset.currentSourceId))
  if (current) return current.treatment?.encryption !== undefined
  const upload = await tx.uploads.newestForAsset(asset.id)
  return upload?.target.encrypt ?? false
}

/** Throws not_found for a target that names what is not there; says what. */
export async function assertTargetExists(
  tx: Repositories,
  asset: Pick<Asset, 'projectId'>,
  target: Pick<UploadTarget, 'categoryIds' | 'channelIds'>,
): Promise<void> {
  for (const id of target.categoryIds ?? []) {
    if ((await tx.categories.get(asset.projectId, id)) === undefined) {
      throw new DomainError('not_found', `There is no category ${id}.`)
    }
  }
  for (const id of target.channelIds ?? []) {
    if ((await tx.channels.get(asset.projectId, id)) === undefined) {
      throw new DomainError('not_found', `There is no channel ${id}.`)
    }
  }
}
