import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { DomainError } from '../core/errors.ts'
import { sendProblem } from './problem.ts'
import { closeAfterUnreadBodies } from './request-body.ts'
import { buildSerializersOnDemand } from './serialization.ts'

export type ServerOptions = Readonly<{
  logger: FastifyBaseLogger
  /** Largest body of a request that is parsed (never of an upload). */
  bodyLimitBytes?: number
  /** Addresses and CIDR ranges of those whose word counts for where a request comes from; nobody's when absent. */
  trustProxy?: readonly string[]
}>

const DEFAULT_BODY_LIMIT = 1024 * 1024

/**
 * A Fastify instance with what all transports share: request ids, problem documents, no time limit on requests (the
 * upload core has its own idle and minimum-speed timers), repeated slashes in paths folded, answers that reach their
 * client also when they come before the end of its body.
 */
export function buildServer(options: ServerOptions): FastifyInstance {
  const app = Fastify({
    loggerInstance: options.logger,
    bodyLimit: options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: trusted(options.trustProxy ?? []),
    requestTimeout: 0,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreDuplicateSlashes: true, maxParamLength: 512 },
    return503OnClosing: true,
    schemaController: { compilersFactory: { buildSerializer: buildSerializersOnDemand } },
    logController: new LogController({ disableRequestLogging: true }),
  })
  closeAfterUnreadBodies(app)
  app.setErrorHandler(sendProblem)
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      new DomainError('not_found', `There is no ${request.method} ${request.url.split('?')[0]} here.`),
      request,
      reply,
    ),
  )
  app.addHook('onResponse', (request, reply, done) => {
    const { method, url } = request
    const path = redactedPath(url)
    request.log.info({ method, path, status: reply.statusCode, durationMs: Math.round(reply.elapsedTime) }, 'request')
    done()
  })
  return app
}

function trusted(proxies: readonly string[]): false | string[] {
  return proxies.length > 0 && [...proxies]
}

/** Tokens stand in paths; logs keep their first characters only, and no query. */
function redactedPath(url: string): string {
  return (url.split('?')[0] ?? '').replace(/[A-Za-z0-9_-]{22,}/g, (token) =>
    /^[a-z]{3}_[0-9a-z]{26}$/.test(token) ? token : `${token.slice(0, 6)}…`,
  )
}
