import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DomainError } from '../../../core/errors.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { setSessionCookie } from './session-cookie.ts'
import { sessionDocument } from './session-document.ts'
import { SessionRef, SignInRef } from './session-schema.ts'

/** Guessing has to be slow; so many attempts a minute are enough for people, per address. */
const ATTEMPTS_PER_MINUTE = 20

const rateLimit = {
  max: ATTEMPTS_PER_MINUTE,
  timeWindow: 60_000,
  errorResponseBuilder: () =>
    new DomainError('rate_limited', 'Too many attempts to sign in; wait a minute.', { details: { reason: 'sign_in' } }),
}

const schema = {
  operationId: 'signIn',
  tags: ['session'],
  summary: 'Sign in to the console',
  description: 'Sets an HttpOnly cookie that is good for the rest of this API, for pages of this server only.',
  security: [],
  body: SignInRef,
  response: { 200: SessionRef, ...PROBLEMS },
}

export const signIn: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/session', { schema, config: { rateLimit } }, async (request, reply) => {
    const session = await services.access.signIn(request.body.login, request.body.password)
    setSessionCookie(reply, session, services)
    return sessionDocument(session)
  })
}
