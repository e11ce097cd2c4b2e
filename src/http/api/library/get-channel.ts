import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { channelDocuments } from './library-document.ts'
import { type ChannelDocument, ChannelParams, ChannelRef } from './library-schema.ts'

const schema = {
  operationId: 'getChannel',
  tags: ['channels'],
  summary: 'A channel',
  params: ChannelParams,
  response: { 200: ChannelRef, ...PROBLEMS },
}

export const getChannel: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/channels/:channelId', { schema }, async (request) => {
    const channel = await services.channels.get(callerProject(request), request.params.channelId)
    return (await channelDocuments([channel], services))[0] as ChannelDocument
  })
}
