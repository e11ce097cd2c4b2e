import type { FastifyInstance } from 'fastify'

const METHODS = 'GET, POST, OPTIONS'
/** What the vendor's browser client asks for; further ones are allowed by repeating them. */
const HEADERS = 'Authorization, UploadBatch, Key, MimeType, Deadline, Content-Type, encryption-type'
const LONGEST_LIST = 1_024
const PREFLIGHT_MAX_AGE_S = 86_400

/**
 * Lets pages of any origin call every route of this (encapsulated) plugin: the tokens are in headers and fields. Errors
 * carry the headers too, since the vendor's browser client takes what it cannot read for a broken network and repeats.
 * Source: docs/dialects/cloudv.md#browsers.
 */
export function allowBrowsers(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    reply.header('vary', 'Origin').header('cache-control', 'no-store').header('x-reqid', request.id)
    if (origin === undefined) return
    reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', 'X-Reqid')
  })
  const preflighted = new Set<string>()
  app.addHook('onRoute', ({ url }) => {
    if (preflighted.has(url)) return
    preflighted.add(url)
    app.options(url, { schema: { hide: true } }, async (request, reply) => {
      const asked = request.headers['access-control-request-headers'] ?? ''
      return reply
        .code(204)
        .header('access-control-allow-methods', METHODS)
        .header(
          'access-control-allow-headers',
          asked.length <= LONGEST_LIST && asked ? `${HEADERS}, ${asked}` : HEADERS,
        )
        .header('access-control-max-age', PREFLIGHT_MAX_AGE_S)
        .send()
    })
  })
}
