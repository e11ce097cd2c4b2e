import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { endpointDocument, readChannelId, readEndpointId } from './webhook-document.ts'
import { EndpointChangeRef, EndpointParams, EndpointRef } from './webhook-schema.ts'

const schema = {
  operationId: 'updateWebhookEndpoint',
  tags: ['webhooks'],
  summary: 'Change, pause or resume an endpoint',
  description:
    'While it is paused, nothing that happens is for it, and what was due waits. Changed settings hold for what happens from then on.',
  params: EndpointParams,
  body: EndpointChangeRef,
  response: { 200: EndpointRef, ...PROBLEMS },
}

export const updateEndpoint: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.patch('/webhooks/endpoints/:endpointId', { schema }, async (request) => {
    const id = readEndpointId(request.params)
    const { channelId, ...change } = request.body
    const channel = channelId === undefined ? {} : { channelId: readChannelId(channelId ?? undefined) }
    return endpointDocument(await services.webhooks.update(callerProject(request), id, { ...change, ...channel }))
  })
}
