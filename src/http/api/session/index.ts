import fastifyRateLimit from '@fastify/rate-limit'
import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../services.ts'
import { getSession } from './get-session.ts'
import { signIn } from './sign-in.ts'
import { signOut } from './sign-out.ts'

/** The console's session. */
export const sessionRoutes: FastifyPluginAsync<{ services: Services }> = async (app, { services }) => {
  await app.register(fastifyRateLimit, { global: false })
  await app.register(signIn, { services })
  await app.register(getSession, { services })
  await app.register(signOut, { services })
}
