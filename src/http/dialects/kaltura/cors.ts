import type { FastifyInstance } from 'fastify'

const HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Server, Content-Length, Content-Range, Date, X-Kaltura, X-Kaltura-Session, X-Me',
  'cache-control': 'no-store, no-cache, must-revalidate, post-check=0, pre-check=0',
  expires: 'Sun, 19 Nov 2000 08:52:00 GMT',
  pragma: 'no-cache',
} as const

const PREFLIGHT = {
  'access-control-allow-headers': 'Origin, X-Requested-With, Content-Type, Accept, Range, Cache-Control',
  'access-control-allow-methods': 'POST, GET, HEAD, OPTIONS',
  'access-control-max-age': '86400',
} as const

/** Lets pages of any origin call every route of this (encapsulated) plugin. Source: docs/dialects/kaltura.md#browsers. */
export function allowBrowsers(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(HEADERS)
  })
  const preflighted = new Set<string>()
  app.addHook('onRoute', ({ url }) => {
    if (preflighted.has(url)) return
    preflighted.add(url)
    app.options(url, { schema: { hide: true } }, async (_request, reply) => reply.code(200).headers(PREFLIGHT).send())
  })
}
