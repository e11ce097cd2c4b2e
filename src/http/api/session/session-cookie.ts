import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../../services.ts'

const NAME = 'reeldock_session'

/** The session token that the browser sends; undefined when there is none. */
export function sessionToken(request: FastifyRequest): string | undefined {
  return request.cookies[NAME]
}

/** Hands the session to the browser. No script can read it, and no other site's page makes the browser send it. */
export function setSessionCookie(
  reply: FastifyReply,
  session: Readonly<{ token: string; expiresAtMs: number }>,
  services: Services,
): void {
  const maxAge = Math.round((session.expiresAtMs - services.clock.now()) / 1000)
  reply.setCookie(NAME, session.token, { ...attributes(services), maxAge })
}

export function clearSessionCookie(reply: FastifyReply, services: Services): void {
  reply.clearCookie(NAME, attributes(services))
}

function attributes(services: Services) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: services.publicUrl.startsWith('https:') } as const
}
