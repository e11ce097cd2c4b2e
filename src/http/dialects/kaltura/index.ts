import { hostname } from 'node:os'
import { performance } from 'node:perf_hooks'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Random } from '../../../core/ports/random.ts'
import { SystemRandom } from '../../../system/system-random.ts'
import { takeRawBodies } from '../../request-body.ts'
import type { Services } from '../../services.ts'
import { thumbnail } from './asset/thumbnail.ts'
import { allowBrowsers } from './cors.ts'
import { dispatch, shownError } from './dispatch.ts'
import { delivery } from './media/delivery.ts'
import type { Surroundings } from './operation.ts'
import type { Located, Response } from './transport/outcome.ts'
import { noParameters } from './transport/parameters.ts'
import { readRequest } from './transport/read-request.ts'
import { sendResponse } from './transport/send-response.ts'

type Options = Readonly<{
  services: Services
  random?: Random
  /** How long a final chunk waits for others that are still on their way, in milliseconds. */
  finalChunkWaitMs?: number
  /** Content types that may be uploaded (`video/*` is a pattern); empty means any. */
  fileTypes?: readonly string[]
  /** Other content of an entry plays when somebody approves it, not as soon as it can. */
  replacementsNeedApproval?: boolean
}>

/** Python's client gives up after ten seconds, others later. */
const FINAL_CHUNK_WAIT_MS = 8_000

/** One entry point under several names; what is called stands in the path, the query or the body. */
const PATHS = ['/api_v3', '/api_v3/', '/api_v3/*', '/api/index.php', '/api/index.php/*', '/api/service/*']
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** The Kaltura API v3: docs/dialects/kaltura.md. */
export const kalturaDialect: FastifyPluginAsync<Options> = async (app, options) => {
  const { services, random = new SystemRandom(), finalChunkWaitMs = FINAL_CHUNK_WAIT_MS } = options
  const { fileTypes = [], replacementsNeedApproval = false } = options
  const surroundings: Surroundings = { services, random, finalChunkWaitMs, fileTypes, replacementsNeedApproval }
  takeRawBodies(app)
  allowBrowsers(app)
  app.setErrorHandler((error, request, reply) => {
    const response = { error: shownError(error, request.log) }
    return sendResponse(reply, response, { parameters: noParameters(), executionTimeS: 0 })
  })
  await app.register(delivery, { services })
  await app.register(thumbnail, { services })
  for (const url of PATHS) {
    app.route({
      url,
      method: METHODS,
      schema: { hide: true },
      handler: (request, reply) => answer(surroundings, request, reply),
    })
  }
}

async function answer(surroundings: Surroundings, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const startedAt = performance.now()
  const { services } = surroundings
  reply.headers({ 'x-me': hostname(), 'x-kaltura-session': request.id })
  const incoming = await readRequest(services, request)
  const origin = { ipAddress: request.ip, path: request.url.split('?')[0] ?? '' }
  let response: Response | Located
  try {
    response = await dispatch({ ...surroundings, origin, log: request.log }, incoming)
  } catch (error) {
    response = { error: shownError(error, request.log) }
  } finally {
    await incoming.finish()
  }
  const executionTimeS = (performance.now() - startedAt) / 1000
  return sendResponse(reply, response, { parameters: incoming.parameters(), executionTimeS })
}
