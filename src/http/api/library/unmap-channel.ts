import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { readCategoryId, readChannelId } from './library-document.ts'
import { CategoryChannelParams } from './library-schema.ts'

const schema = {
  operationId: 'unmapChannel',
  tags: ['categories'],
  summary: 'End that',
  description: 'What is published stays so.',
  params: CategoryChannelParams,
  response: { 204: Type.Null({ description: 'Done' }), ...PROBLEMS },
}

export const unmapChannel: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.delete('/categories/:categoryId/channels/:channelId', { schema }, async (request, reply) => {
    const { categoryId, channelId } = request.params
    await services.categories.removeChannel(
      callerProject(request),
      readCategoryId(categoryId),
      readChannelId(channelId),
    )
    return reply.code(204).send(null)
  })
}
