import type { FastifyReply, FastifyRequest } from 'fastify'

/** What pages of other origins may send to, and read from, the resources of one protocol. */
export type CrossOriginTerms = Readonly<{
  methods: readonly string[]
  requestHeaders: readonly string[]
  responseHeaders: readonly string[]
}>

const PREFLIGHT_SECONDS = 7_200
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/
const MAX_ASKED_HEADERS = 50

/** Lets a page read the answer. Nothing here depends on cookies, so any origin may; what it may do, its token says. */
export function exposeAnswer(request: FastifyRequest, reply: FastifyReply, terms: CrossOriginTerms): void {
  reply.header('vary', 'origin')
  if (request.headers.origin === undefined) return
  reply.header('access-control-allow-origin', '*')
  reply.header('access-control-expose-headers', terms.responseHeaders.join(', '))
}

/** Takes `exposeAnswer` back: a page of an origin that the token does not allow may not even read the refusal. */
export function hideAnswer(reply: FastifyReply): void {
  reply.removeHeader('access-control-allow-origin')
  reply.removeHeader('access-control-expose-headers')
}

/** True for the question that a browser asks before it sends a request to another origin. */
export function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && 'access-control-request-method' in headers
}

/** Grants what was asked. Headers that a page adds of its own accord (request ids, tracing) do no harm. */
export function grantPreflight(request: FastifyRequest, reply: FastifyReply, terms: CrossOriginTerms): void {
  const asked = (request.headers['access-control-request-headers'] ?? '')
    .split(',')
    .slice(0, MAX_ASKED_HEADERS)
    .map((name) => name.trim())
    .filter((name) => HEADER_NAME.test(name))
  const known = new Set(terms.requestHeaders.map((name) => name.toLowerCase()))
  const others = asked.filter((name) => !known.has(name.toLowerCase()))
  reply.header('access-control-allow-methods', terms.methods.join(', '))
  reply.header('access-control-allow-headers', [...terms.requestHeaders, ...others].join(', '))
  reply.header('access-control-max-age', String(PREFLIGHT_SECONDS))
}
