import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { deliveryDocument, readEndpointId } from './webhook-document.ts'
import { DeliveryRef, EndpointParams } from './webhook-schema.ts'

const schema = {
  operationId: 'testWebhookEndpoint',
  tags: ['webhooks'],
  summary: 'Send a test event',
  description:
    '`endpoint.tested`, whatever the endpoint has chosen. Ask for the delivery to see what came of it; formats of dialects may have no test event, and the delivery is gone then.',
  params: EndpointParams,
  response: { 202: DeliveryRef, ...PROBLEMS },
}

export const testEndpoint: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/webhooks/endpoints/:endpointId/test', { schema }, async (request, reply) => {
    const delivery = await services.webhooks.test(callerProject(request), readEndpointId(request.params))
    return reply.code(202).send(deliveryDocument({ delivery, attempts: [] }))
  })
}
