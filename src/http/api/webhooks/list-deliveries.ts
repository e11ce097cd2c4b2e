import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { parseId } from '../../../core/ids.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { cutPage, pageQuery, readCursor } from '../paging.ts'
import { deliveryDocument, readEndpointId } from './webhook-document.ts'
import { DeliveryPageRef, DeliveryStateSchema } from './webhook-schema.ts'

const schema = {
  operationId: 'listWebhookDeliveries',
  tags: ['webhooks'],
  summary: 'The log of deliveries',
  description: 'Newest first, with their attempts.',
  querystring: Type.Object({
    ...pageQuery,
    endpointId: Type.Optional(Type.String({ maxLength: 64 })),
    eventId: Type.Optional(Type.String({ maxLength: 64, description: 'The webhook-id that a receiver saw' })),
    state: Type.Optional(DeliveryStateSchema),
  }),
  response: { 200: DeliveryPageRef, ...PROBLEMS },
}

export const listDeliveries: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/webhooks/deliveries', { schema }, async (request) => {
    const { endpointId, eventId: eventText, state } = request.query
    const cursor = readCursor('delivery', request.query)
    const eventId = eventText === undefined ? undefined : parseId('event', eventText)
    if (eventText !== undefined && eventId === undefined) return { items: [], nextCursor: null }
    const filter = {
      endpointId: endpointId === undefined ? undefined : readEndpointId({ endpointId }),
      eventId,
      state,
    }
    const found = await services.webhooks.deliveries(callerProject(request), filter, cursor.page)
    const { shown, nextCursor } = cutPage(found, cursor, ({ delivery }) => delivery.id)
    return { items: shown.map(deliveryDocument), nextCursor }
  })
}
