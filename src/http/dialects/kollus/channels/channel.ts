import { DomainError } from '../../../../core/errors.ts'
import type { ProjectId } from '../../../../core/ids.ts'
import type { Channel, ChannelPolicy } from '../../../../core/library/channel.ts'
import type { Services } from '../../../services.ts'
import { pingbacks } from '../callbacks/pingback.ts'
import { channelIdOf, channelKey } from '../keys.ts'
import type { KollusParameters } from '../parameters.ts'
import { readFlag } from '../wire/flags.ts'
import { numericId } from '../wire/numeric-id.ts'
import { bit, unixSeconds } from '../wire/quantities.ts'

/** What the vendor keeps with a channel and only players read, under these names in the channel's metadata. */
const KEPT = ['media_player_policy', 'progress_plugin', 'play_callback_url'] as const
const kept = (name: string): string => `kollus.${name}`

/** Channels as every generation shows them: the union of what clients read. */
export async function channelItems(services: Services, projectId: ProjectId, channels: readonly Channel[]) {
  const counts = await services.channels.placementCounts(channels.map(({ id }) => id))
  const urls = await pingbacks(services, projectId)
  return channels.map((channel) => channelItem(channel, counts.get(channel.id) ?? 0, urls.get(channel.id)))
}

function channelItem(channel: Channel, count: number, pingback?: Readonly<{ url: string; isActive: boolean }>) {
  const { policy, metadata } = channel
  const key = channelKey(channel.id)
  return {
    id: numericId(channel.id),
    key,
    channel_key: key,
    name: channel.name,
    description: channel.description,
    default: 0,
    is_shared: bit(policy.isPublic),
    is_encrypted: bit(policy.requiresEncryption),
    use_pingback: bit(pingback?.isActive === true),
    pingback_url: pingback?.url ?? '',
    use_referer_check: bit(policy.refererDomains.length > 0),
    referer_check_domains: policy.refererDomains,
    use_pc_download: bit(policy.allowsDesktopDownload),
    use_mobile_download: bit(policy.allowsMobileDownload),
    count_of_media_contents: count,
    count_of_contents: count,
    position: channel.position,
    status: bit(channel.isEnabled),
    ...Object.fromEntries(KEPT.map((name) => [name, metadata[kept(name)] ?? ''])),
    created_at: unixSeconds(channel.createdAtMs),
    updated_at: unixSeconds(channel.updatedAtMs),
  }
}

/** Throws not_found. */
export function findChannel({ channels }: Services, projectId: ProjectId, key: string): Promise<Channel> {
  const id = channelIdOf(key)
  if (id === undefined) throw new DomainError('not_found', `There is no channel ${key}.`)
  return channels.get(projectId, id)
}

/** What a call says of a channel; absent members stay as they are. Throws invalid_argument. */
export function readChannelEdit(parameters: KollusParameters) {
  const name = parameters.get('name')
  const description = parameters.get('description')
  const isEnabled = readFlag(parameters, 'status')
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(isEnabled !== undefined && { isEnabled }),
    policy: readPolicy(parameters),
    metadata: Object.fromEntries(
      KEPT.flatMap((own) => {
        const value = parameters.get(own)
        return value === undefined ? [] : [[kept(own), value]]
      }),
    ),
  }
}

function readPolicy(parameters: KollusParameters): Partial<ChannelPolicy> {
  const checksReferer = readFlag(parameters, 'use_referer_check')
  const domains = parameters.get('referer_check_domains')?.split(/[\s,|]+/)
  const flags = {
    // The vendor's PHP SDK says the one of two names that the documentation does not.
    isPublic: readFlag(parameters, 'is_shared', 'isShared'),
    requiresEncryption: readFlag(parameters, 'is_encrypted'),
    allowsDesktopDownload: readFlag(parameters, 'use_pc_download'),
    allowsMobileDownload: readFlag(parameters, 'use_mobile_download'),
    refererDomains: checksReferer === false ? [] : domains?.filter((domain) => domain !== ''),
  }
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined))
}
