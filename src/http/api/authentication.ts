import type { FastifyInstance, FastifyRequest } from 'fastify'
import { DomainError } from '../../core/errors.ts'
import type { ProjectId } from '../../core/ids.ts'
import type { Services } from '../services.ts'
import { bearerCredential } from './bearer-credential.ts'
import { assertSameOrigin } from './same-origin.ts'
import { sessionToken } from './session/session-cookie.ts'

const PROJECT = 'callerProjectId'

/**
 * The project that speaks: by an API key as Bearer, or by the console's session cookie. Throws unauthenticated for
 * neither, forbidden when a page of another origin makes use of the cookie.
 */
export async function authenticate(request: FastifyRequest, services: Services): Promise<ProjectId> {
  const apiKey = bearerCredential(request)
  if (apiKey !== undefined) return services.access.projectOfApiKey(apiKey)
  const token = sessionToken(request)
  if (token === undefined) {
    throw new DomainError('unauthenticated', 'Send an API key as "Authorization: Bearer …", or sign in.')
  }
  assertSameOrigin(request, services.publicUrl)
  const { project } = await services.access.session(token)
  return project.id
}

/** Lets only authenticated requests reach the routes of this (encapsulated) plugin. */
export function requireProject(app: FastifyInstance, services: Services): void {
  app.decorateRequest(PROJECT, null)
  app.addHook('onRequest', async (request) => {
    request.setDecorator(PROJECT, await authenticate(request, services))
  })
}

/** The project that `requireProject` found. */
export function callerProject(request: FastifyRequest): ProjectId {
  return request.getDecorator<ProjectId>(PROJECT)
}
