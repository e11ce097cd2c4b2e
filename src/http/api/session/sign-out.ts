import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { assertSameOrigin } from '../same-origin.ts'
import { clearSessionCookie, sessionToken } from './session-cookie.ts'

const schema = {
  operationId: 'signOut',
  tags: ['session'],
  summary: 'Sign out',
  description: 'Ends the session and removes its cookie. Without a session nothing happens.',
  security: [{ session: [] }],
  response: { 204: Type.Null({ description: 'Nobody is signed in any more' }), ...PROBLEMS },
}

export const signOut: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.delete('/session', { schema }, async (request, reply) => {
    const token = sessionToken(request)
    if (token !== undefined) {
      assertSameOrigin(request, services.publicUrl)
      await services.access.signOut(token)
      clearSessionCookie(reply, services)
    }
    return reply.code(204).send(null)
  })
}
