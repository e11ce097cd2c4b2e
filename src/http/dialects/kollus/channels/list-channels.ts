import type { FastifyPluginAsync } from 'fastify'
import type { ProjectId } from '../../../../core/ids.ts'
import type { Services } from '../../../services.ts'
import type { KollusParameters } from '../parameters.ts'
import { v0List, v3List } from '../wire/answers.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { readPage } from '../wire/page-request.ts'
import { channelItems } from './channel.ts'

/** All channels, by position and age: docs/dialects/kollus.md#channels. */
export const listChannels: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, parameters, projectId }: Call) => {
    const { items, total, page, order } = await found(services, projectId, parameters)
    const channels = await channelItems(services, projectId, items)
    if (generation === 'v0') return v0List(channels, total, page, order)
    return v3List(channels, total, page)
  }
  operation(app, services, v0('GET', 'media/channel', { hasIndex: true }), answer)
  operation(app, services, v3('GET', 'channels'), answer)
}

/** Of an order only its direction counts: `position_desc`, or `position|desc` in v3, is from the end. */
async function found({ channels }: Services, projectId: ProjectId, parameters: KollusParameters) {
  const page = readPage(parameters)
  const { offset, limit } = page.window
  const filter = { keyword: parameters.get('keyword') }
  if (!/[_|]desc$/i.test(parameters.get('order') ?? '')) {
    return { ...(await channels.list(projectId, filter, page.window)), page, order: 'position_asc' }
  }
  const { total } = await channels.list(projectId, filter, { offset: 0, limit: 1 })
  const end = Math.max(0, total - offset)
  const start = Math.max(0, end - limit)
  const window = { offset: start, limit: Math.max(1, end - start) }
  const { items } = end === 0 ? { items: [] } : await channels.list(projectId, filter, window)
  return { items: items.toReversed(), total, page, order: 'position_desc' }
}
