import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { readContentFilter } from '../library/content-filter.ts'
import { v0List, v3List } from '../wire/answers.ts'
import { readRequired } from '../wire/flags.ts'
import { type Call, operation, v0, v3, vodV0 } from '../wire/operation.ts'
import { readAssetOrder, readPage } from '../wire/page-request.ts'
import { findChannel } from './channel.ts'
import { channelContents } from './channel-content.ts'

/** What is in a channel, in pages, with both keys: docs/dialects/kollus.md#lists. */
export const listChannelContents: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, parameters, projectId, key }: Call) => {
    const channel = await findChannel(services, projectId, key() || readRequired(parameters, 'channel_key'))
    const page = readPage(parameters)
    const order = readAssetOrder(parameters)
    const filter = readContentFilter(parameters, generation)
    const window = { ...page.window, order }
    const { items, total } = await services.placements.list(projectId, channel.id, filter, window)
    const contents = await channelContents(services, projectId, channel, items)
    if (generation === 'v0') return v0List(contents, total, page, parameters.get('order') ?? order)
    return v3List(contents, total, page)
  }
  operation(app, services, v0('GET', 'media/channel/media_content', { hasIndex: true }), answer)
  operation(app, services, v3('GET', 'channels/:key/media-contents'), answer)
  operation(app, services, vodV0('GET', 'channels/:key/media-contents'), answer)
}
