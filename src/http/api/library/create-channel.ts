import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { channelDocuments, readWish } from './library-document.ts'
import { type ChannelDocument, ChannelRef, NewChannelRef } from './library-schema.ts'

const schema = {
  operationId: 'createChannel',
  tags: ['channels'],
  summary: 'Make a channel',
  body: NewChannelRef,
  response: { 201: ChannelRef, ...PROBLEMS },
}

export const createChannel: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/channels', { schema }, async (request, reply) => {
    const { workflow, profile, ...rest } = request.body
    const wish = readWish({ workflow, profile })
    const channel = await services.channels.create({ projectId: callerProject(request), ...rest, ...wish })
    const [document] = await channelDocuments([channel], services)
    return reply.code(201).send(document as ChannelDocument)
  })
}
