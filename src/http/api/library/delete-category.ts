import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { CategoryParams } from './library-schema.ts'

const schema = {
  operationId: 'deleteCategory',
  tags: ['categories'],
  summary: 'Delete a category and all below it',
  params: CategoryParams,
  response: { 204: Type.Null({ description: 'It is gone; its assets stay' }), ...PROBLEMS },
}

export const deleteCategory: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.delete('/categories/:categoryId', { schema }, async (request, reply) => {
    await services.categories.delete(callerProject(request), request.params.categoryId)
    return reply.code(204).send(null)
  })
}
