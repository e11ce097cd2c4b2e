import { DomainError } from '../errors.ts'
import { type AssetId, type ChannelId, newId, type ProjectId, parseId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { ChannelChange } from '../ports/library-repositories.ts'
import type { Random } from '../ports/random.ts'
import type { ExternalName, UnitOfWork } from '../ports/unit-of-work.ts'
import { assertWish } from '../transcoding/assert-wish.ts'
import { assertWindow, type Window } from './asset-filter.ts'
import { type Channel, type ChannelPolicy, OPEN_POLICY } from './channel.ts'
import { placementFacts } from './placing.ts'

export type NewChannel = Readonly<{
  projectId: ProjectId
  name: string
  description?: string | undefined
  policy?: Partial<ChannelPolicy> | undefined
  metadata?: Readonly<Record<string, string>> | undefined
  position?: number | undefined
  workflowKey?: string | undefined
  profileKey?: string | undefined
  externalKeys?: readonly ExternalName[]
}>

/** As a change of the channel; its policy and metadata are added to what is there. */
export type ChannelEdit = Readonly<
  Omit<ChannelChange, 'policy' | 'metadata'> & {
    policy?: Partial<ChannelPolicy>
    metadata?: Readonly<Record<string, string>>
  }
>

export const MAX_CHANNEL_NAME = 256
const MAX_DESCRIPTION = 65_536
const MAX_REFERER_DOMAINS = 100
const PAGE = 200

type Parts = Readonly<{ work: UnitOfWork; clock: Clock; random: Random }>

/** Where assets are published. */
export class ChannelService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Throws invalid_argument, state_conflict for a taken key. */
  async create(request: NewChannel): Promise<Channel> {
    const { work, clock, random } = this.#parts
    const { projectId, externalKeys = [] } = request
    const nowMs = clock.now()
    const channel: Channel = {
      id: newId('channel', nowMs, random),
      projectId,
      name: request.name.trim(),
      description: request.description ?? '',
      isEnabled: true,
      policy: { ...OPEN_POLICY, ...request.policy },
      metadata: request.metadata ?? {},
      position: request.position ?? 0,
      workflowKey: request.workflowKey,
      profileKey: request.profileKey,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    }
    assertChannel(channel)
    await work.transaction(async (tx) => {
      await assertWish(tx, projectId, channel)
      await tx.channels.insert(channel)
      for (const name of externalKeys) await tx.externalKeys.insert({ projectId, ...name, subjectId: channel.id })
      await tx.outbox.append(projectId, { type: 'channel.created', channelId: channel.id, name: channel.name }, nowMs)
    })
    return channel
  }

  /** Throws not_found. */
  async get(projectId: ProjectId, id: string): Promise<Channel> {
    const channelId = parseId('channel', id)
    const channel = channelId && (await this.#parts.work.read.channels.get(projectId, channelId))
    if (!channel) throw noChannel()
    return channel
  }

  /** For lists: those of the project's that exist. */
  async getMany(projectId: ProjectId, ids: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, Channel>> {
    const found = await this.#parts.work.read.channels.getMany(projectId, ids)
    return new Map(found.map((channel) => [channel.id, channel]))
  }

  /** By position, then age, with the number of all. Throws invalid_argument for an impossible page. */
  async list(
    projectId: ProjectId,
    filter: Readonly<{ keyword?: string | undefined }>,
    window: Window,
  ): Promise<Readonly<{ items: readonly Channel[]; total: number }>> {
    assertWindow(window)
    const { channels } = this.#parts.work.read
    const total = await channels.count(projectId, filter)
    return { items: await channels.list(projectId, filter, window), total }
  }

  /** Throws not_found, invalid_argument. */
  async update(projectId: ProjectId, id: string, edit: ChannelEdit): Promise<Channel> {
    const { work, clock } = this.#parts
    const channelId = parseId('channel', id)
    if (channelId === undefined) throw noChannel()
    const nowMs = clock.now()
    return work.transaction(async (tx) => {
      const channel = await tx.channels.get(projectId, channelId)
      if (channel === undefined) throw noChannel()
      await assertWish(tx, projectId, edit)
      const { policy, metadata, ...rest } = edit
      const change: ChannelChange = {
        ...rest,
        ...(policy === undefined ? {} : { policy: { ...channel.policy, ...policy } }),
        ...(metadata === undefined ? {} : { metadata: { ...channel.metadata, ...metadata } }),
      }
      const changed: Channel = { ...channel, ...change, updatedAtMs: nowMs }
      assertChannel(changed)
      await tx.channels.update(channelId, change, nowMs)
      await tx.outbox.append(projectId, { type: 'channel.updated', channelId, name: changed.name }, nowMs)
      return changed
    })
  }

  /** Deletes the channel with its placements; the assets stay in the library. Throws not_found. */
  async delete(projectId: ProjectId, id: string): Promise<void> {
    const { work, clock } = this.#parts
    const channel = await this.get(projectId, id)
    // In slices, so that a large channel does not hold everybody up; a crash leaves a smaller channel.
    while (await this.#withdrawSome(channel));
    const nowMs = clock.now()
    await work.transaction(async (tx) => {
      await tx.externalKeys.deleteOf(channel.id)
      await tx.channels.delete(channel.id)
      await tx.outbox.append(projectId, { type: 'channel.deleted', channelId: channel.id, name: channel.name }, nowMs)
    })
  }

  /** How many placements are in each. */
  placementCounts(ids: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, number>> {
    return this.#parts.work.read.channels.placementCounts(ids)
  }

  /** @returns whether there may be more */
  async #withdrawSome(channel: Channel): Promise<boolean> {
    const { work, clock } = this.#parts
    return work.transaction(async (tx) => {
      const placements = await tx.placements.listForChannel(channel.id, { limit: PAGE })
      const assetIds: readonly AssetId[] = placements.map((placement) => placement.assetId)
      for (const [index, placement] of placements.entries()) {
        const asset = await tx.assets.find(assetIds[index] as AssetId)
        await tx.placements.delete(placement.id)
        if (asset === undefined) continue
        const facts = await placementFacts(tx, asset, channel, placement)
        await tx.outbox.append(channel.projectId, { type: 'placement.deleted', ...facts }, clock.now())
      }
      return placements.length === PAGE
    })
  }
}

function assertChannel({ name, description, policy }: Channel): void {
  if (name.trim() === '' || name.length > MAX_CHANNEL_NAME) {
    throw new DomainError('invalid_argument', `A channel's name has 1 to ${MAX_CHANNEL_NAME} characters.`)
  }
  if (description.length > MAX_DESCRIPTION) {
    throw new DomainError('invalid_argument', `A description has at most ${MAX_DESCRIPTION} characters.`)
  }
  if (policy.refererDomains.length > MAX_REFERER_DOMAINS) {
    throw new DomainError('invalid_argument', `A channel names at most ${MAX_REFERER_DOMAINS} domains.`)
  }
}

function noChannel(): DomainError {
  return new DomainError('not_found', 'No such channel.')
}
