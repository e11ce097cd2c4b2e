import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import type { AssetId, ChannelId, ProjectId } from '../../../../core/ids.ts'
import type { Services } from '../../../services.ts'
import { findContent } from '../library/find-content.ts'
import { v0Item, v3Data } from '../wire/answers.ts'
import { readRequired } from '../wire/flags.ts'
import { operation, v0, vodV0 } from '../wire/operation.ts'
import { channelItems, findChannel } from './channel.ts'
import { channelContents } from './channel-content.ts'

/** A content in a channel, by its upload_file_key there, or by the key that plays it. */
export const getChannelContent: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  operation(app, services, v0('GET', 'media/channel/media_content/:key'), async ({ parameters, projectId, key }) => {
    const channel = await findChannel(services, projectId, readRequired(parameters, 'channel_key'))
    const view = await findContent(services, projectId, key())
    const placement = await placementIn(services, view.asset.id, channel.id)
    return v0Item((await channelContents(services, projectId, channel, [{ placement, view }]))[0])
  })
  operation(app, services, vodV0('GET', 'media-content-keys/:key'), async ({ projectId, key }) => {
    const { placement, channel } = await findPlacement(services, projectId, key())
    const view = await services.library.get(projectId, placement.assetId)
    const [content] = await channelContents(services, projectId, channel, [{ placement, view }])
    const [item] = await channelItems(services, projectId, [channel])
    return v3Data({ ...content, key: placement.key, channel: item })
  })
}

/** Throws not_found, also for another project's key. */
export async function findPlacement(services: Services, projectId: ProjectId, mediaContentKey: string) {
  const placement = await services.placements.getByKey(mediaContentKey)
  if (placement.projectId !== projectId) throw new DomainError('not_found', 'No such media_content_key.')
  return { placement, channel: await services.channels.get(projectId, placement.channelId) }
}

/** Throws not_found when the content is not in that channel. */
export async function placementIn({ placements }: Services, assetId: AssetId, channelId: ChannelId) {
  const found = (await placements.ofAssets([assetId])).find((placement) => placement.channelId === channelId)
  if (found === undefined) throw new DomainError('not_found', 'media content not found: it is not in this channel.')
  return found
}
