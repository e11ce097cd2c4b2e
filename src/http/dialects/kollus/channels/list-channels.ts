import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { v0List, v3List } from '../wire/answers.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { readPage } from '../wire/page-request.ts'
import { channelItems } from './channel.ts'

/** All channels, by position: docs/dialects/kollus.md#channels. */
export const listChannels: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, parameters, projectId }: Call) => {
    const page = readPage(parameters)
    const filter = { keyword: parameters.get('keyword') }
    const { items, total } = await services.channels.list(projectId, filter, page.window)
    const channels = await channelItems(services, projectId, items)
    if (generation === 'v0') return v0List(channels, total, page, 'position_asc')
    return v3List(channels, total, page)
  }
  operation(app, services, v0('GET', 'media/channel', { hasIndex: true }), answer)
  operation(app, services, v3('GET', 'channels'), answer)
}
