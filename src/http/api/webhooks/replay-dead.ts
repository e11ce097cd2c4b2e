import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { DomainError } from '../../../core/errors.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { readEndpointId } from './webhook-document.ts'
import { EndpointParams, ReplayRef } from './webhook-schema.ts'

const schema = {
  operationId: 'replayWebhookEndpoint',
  tags: ['webhooks'],
  summary: 'Send again what failed',
  description:
    'Every dead delivery of that time, at most ten thousand at once, with its first content and id. What is still waiting is not touched.',
  params: EndpointParams,
  body: ReplayRef,
  response: {
    202: Type.Object({ replayed: Type.Integer({ minimum: 0 }) }, { description: 'So many are sent again' }),
    ...PROBLEMS,
  },
}

export const replayDead: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/webhooks/endpoints/:endpointId/replay', { schema }, async (request, reply) => {
    const { since, until } = request.body
    const range = { sinceMs: momentIn(since), untilMs: until === undefined ? undefined : momentIn(until) }
    const id = readEndpointId(request.params)
    const replayed = await services.webhooks.replayDead(callerProject(request), id, range)
    return reply.code(202).send({ replayed })
  })
}

function momentIn(text: string): number {
  const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) {
    throw new DomainError('invalid_argument', `"${text.slice(0, 40)}" is no moment like 2030-01-01T00:00:00Z.`)
  }
  return ms
}
