import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { readEndpointId } from './webhook-document.ts'
import { EndpointParams } from './webhook-schema.ts'

const schema = {
  operationId: 'deleteWebhookEndpoint',
  tags: ['webhooks'],
  summary: 'Delete an endpoint',
  description: 'Its deliveries and their log go with it, sent or not. Pause it to keep them.',
  params: EndpointParams,
  response: { 204: Type.Null({ description: 'The endpoint is gone' }), ...PROBLEMS },
}

export const deleteEndpoint: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.delete('/webhooks/endpoints/:endpointId', { schema }, async (request, reply) => {
    await services.webhooks.delete(callerProject(request), readEndpointId(request.params))
    return reply.code(204).send(null)
  })
}
