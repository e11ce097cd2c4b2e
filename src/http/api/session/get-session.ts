import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DomainError } from '../../../core/errors.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { sessionToken } from './session-cookie.ts'
import { sessionDocument } from './session-document.ts'
import { SessionRef } from './session-schema.ts'

const schema = {
  operationId: 'getSession',
  tags: ['session'],
  summary: 'Who is signed in',
  security: [{ session: [] }],
  response: { 200: SessionRef, ...PROBLEMS },
}

export const getSession: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/session', { schema }, async (request) => {
    const token = sessionToken(request)
    if (token === undefined) throw new DomainError('unauthenticated', 'Nobody is signed in.')
    return sessionDocument(await services.access.session(token))
  })
}
