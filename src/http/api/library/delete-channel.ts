import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { ChannelParams } from './library-schema.ts'

const schema = {
  operationId: 'deleteChannel',
  tags: ['channels'],
  summary: 'Delete a channel',
  params: ChannelParams,
  response: { 204: Type.Null({ description: 'It is gone with its placements; the assets stay' }), ...PROBLEMS },
}

export const deleteChannel: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.delete('/channels/:channelId', { schema }, async (request, reply) => {
    await services.channels.delete(callerProject(request), request.params.channelId)
    return reply.code(204).send(null)
  })
}
