import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { readDeliveryId, wholeDeliveryDocument } from './webhook-document.ts'
import { DeliveryParams, DeliveryRef } from './webhook-schema.ts'

const schema = {
  operationId: 'replayWebhookDelivery',
  tags: ['webhooks'],
  summary: 'Send a delivery again',
  description: 'Delivered or dead, with its first content and id, and a new series of attempts.',
  params: DeliveryParams,
  response: { 202: DeliveryRef, ...PROBLEMS },
}

export const replayDelivery: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/webhooks/deliveries/:deliveryId/replay', { schema }, async (request, reply) => {
    const replayed = await services.webhooks.replay(callerProject(request), readDeliveryId(request.params))
    return reply.code(202).send(wholeDeliveryDocument(replayed))
  })
}
