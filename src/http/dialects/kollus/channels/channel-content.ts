import type { ProjectId } from '../../../../core/ids.ts'
import type { Channel } from '../../../../core/library/channel.ts'
import type { PlacedAsset } from '../../../../core/library/placement-service.ts'
import type { Services } from '../../../services.ts'
import { channelKey } from '../keys.ts'
import { mediaContents } from '../library/media-content.ts'

/** Contents as a channel shows them: with the key that plays here. */
export async function channelContents(
  services: Services,
  projectId: ProjectId,
  channel: Channel,
  placed: readonly PlacedAsset[],
) {
  const contents = await mediaContents(
    services,
    projectId,
    placed.map(({ view }) => view),
  )
  const own = { channel_key: channelKey(channel.id), channel_name: channel.name }
  return contents.map((content, index) => ({
    ...content,
    media_content_key: placed[index]?.placement.key ?? '',
    ...own,
  }))
}
