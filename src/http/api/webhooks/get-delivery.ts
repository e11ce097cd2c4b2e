import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { readDeliveryId, wholeDeliveryDocument } from './webhook-document.ts'
import { DeliveryParams, DeliveryRef } from './webhook-schema.ts'

const schema = {
  operationId: 'getWebhookDelivery',
  tags: ['webhooks'],
  summary: 'A delivery with what is sent and every attempt',
  params: DeliveryParams,
  response: { 200: DeliveryRef, ...PROBLEMS },
}

export const getDelivery: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/webhooks/deliveries/:deliveryId', { schema }, async (request) =>
    wholeDeliveryDocument(await services.webhooks.delivery(callerProject(request), readDeliveryId(request.params))),
  )
}
