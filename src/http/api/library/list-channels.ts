import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { channelDocuments, toWindow } from './library-document.ts'
import { ChannelListRef, numberedPage } from './library-schema.ts'

const schema = {
  operationId: 'listChannels',
  tags: ['channels'],
  summary: 'List channels',
  description: 'By position, then age.',
  querystring: Type.Object({ ...numberedPage, q: Type.Optional(Type.String({ maxLength: 256 })) }),
  response: { 200: ChannelListRef, ...PROBLEMS },
}

export const listChannels: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/channels', { schema }, async (request) => {
    const { q, ...page } = request.query
    const { items, total } = await services.channels.list(callerProject(request), { keyword: q }, toWindow(page))
    return { items: await channelDocuments(items, services), total }
  })
}
