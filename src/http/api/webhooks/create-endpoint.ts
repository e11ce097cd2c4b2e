import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { issuedEndpointDocument, readChannelId } from './webhook-document.ts'
import { IssuedEndpointRef, NewEndpointRef } from './webhook-schema.ts'

const schema = {
  operationId: 'createWebhookEndpoint',
  tags: ['webhooks'],
  summary: 'Be told what happens',
  description: 'Of everything from now on that it has chosen. The answer is the only one that shows the secret.',
  body: NewEndpointRef,
  response: { 201: IssuedEndpointRef, ...PROBLEMS },
}

export const createEndpoint: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/webhooks/endpoints', { schema }, async (request, reply) => {
    const { format = 'standard', channelId, ...wanted } = request.body
    const endpoint = await services.webhooks.create({
      ...wanted,
      projectId: callerProject(request),
      format,
      channelId: readChannelId(channelId),
    })
    reply.header('location', `${services.publicUrl}/v1/webhooks/endpoints/${endpoint.id}`)
    return reply.code(201).send(issuedEndpointDocument(endpoint))
  })
}
