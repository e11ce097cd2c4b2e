import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { issuedEndpointDocument, readEndpointId } from './webhook-document.ts'
import { EndpointParams, IssuedEndpointRef, SecretRotationRef } from './webhook-schema.ts'

const schema = {
  operationId: 'rotateWebhookSecret',
  tags: ['webhooks'],
  summary: 'Give an endpoint a new secret',
  description: 'For a time requests carry signatures by both. The answer is the only one that shows the new one.',
  params: EndpointParams,
  body: SecretRotationRef,
  response: { 200: IssuedEndpointRef, ...PROBLEMS },
}

export const rotateSecret: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/webhooks/endpoints/:endpointId/rotate-secret', { schema }, async (request) => {
    const { secret, overlapSeconds } = request.body
    const overlapMs = overlapSeconds === undefined ? undefined : overlapSeconds * 1000
    const id = readEndpointId(request.params)
    return issuedEndpointDocument(
      await services.webhooks.rotateSecret(callerProject(request), id, { secret, overlapMs }),
    )
  })
}
