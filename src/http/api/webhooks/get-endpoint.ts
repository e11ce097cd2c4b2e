import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { endpointDocument, readEndpointId } from './webhook-document.ts'
import { EndpointParams, EndpointRef } from './webhook-schema.ts'

const schema = {
  operationId: 'getWebhookEndpoint',
  tags: ['webhooks'],
  summary: 'An endpoint with its state',
  params: EndpointParams,
  response: { 200: EndpointRef, ...PROBLEMS },
}

export const getEndpoint: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/webhooks/endpoints/:endpointId', { schema }, async (request) =>
    endpointDocument(await services.webhooks.get(callerProject(request), readEndpointId(request.params))),
  )
}
