import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { cutPage, pageQuery, readCursor } from '../paging.ts'
import { endpointDocument } from './webhook-document.ts'
import { EndpointPageRef } from './webhook-schema.ts'

const schema = {
  operationId: 'listWebhookEndpoints',
  tags: ['webhooks'],
  summary: 'List endpoints',
  description: 'Newest first, those that dialects made included, apart from those for a single upload.',
  querystring: Type.Object(pageQuery),
  response: { 200: EndpointPageRef, ...PROBLEMS },
}

export const listEndpoints: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/webhooks/endpoints', { schema }, async (request) => {
    const cursor = readCursor('endpoint', request.query)
    const found = await services.webhooks.list(callerProject(request), {}, cursor.page)
    const { shown, nextCursor } = cutPage(found, cursor, ({ id }) => id)
    return { items: shown.map(endpointDocument), nextCursor }
  })
}
