import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { readCategoryId, readChannelId } from './library-document.ts'
import { CategoryChannelParams } from './library-schema.ts'

const schema = {
  operationId: 'mapChannel',
  tags: ['categories'],
  summary: "Publish a category's assets in a channel",
  description: 'From now on, as soon as each of them plays.',
  params: CategoryChannelParams,
  response: { 204: Type.Null({ description: 'Done' }), ...PROBLEMS },
}

export const mapChannel: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.put('/categories/:categoryId/channels/:channelId', { schema }, async (request, reply) => {
    const { categoryId, channelId } = request.params
    await services.categories.addChannel(callerProject(request), readCategoryId(categoryId), readChannelId(channelId))
    return reply.code(204).send(null)
  })
}
