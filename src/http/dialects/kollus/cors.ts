import type { FastifyInstance } from 'fastify'

const METHODS = 'GET, POST, PUT, DELETE, PATCH, HEAD'
const HEADERS = 'Origin, Accept, Content-Type, Authorization, X-Requested-With'
const PREFLIGHT_MAX_AGE_S = 600

/**
 * Lets pages of any origin call every route of this (encapsulated) plugin, without credentials: the tokens are in the
 * addresses. Each route gets a preflight of its own, since `OPTIONS *` would take those of other dialects too.
 * Source: docs/dialects/kollus.md#browsers.
 */
export function allowBrowsers(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    reply.header('vary', 'Origin').header('cache-control', 'no-store')
    if (origin !== undefined) reply.header('access-control-allow-origin', origin)
  })
  const preflighted = new Set<string>()
  app.addHook('onRoute', ({ url }) => {
    if (preflighted.has(url)) return
    preflighted.add(url)
    app.options(url, { schema: { hide: true } }, async (_request, reply) =>
      reply
        .code(204)
        .header('access-control-allow-methods', METHODS)
        .header('access-control-allow-headers', HEADERS)
        .header('access-control-max-age', PREFLIGHT_MAX_AGE_S)
        .send(),
    )
  })
}
