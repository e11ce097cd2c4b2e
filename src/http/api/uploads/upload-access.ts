import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { DomainError, isDomainError } from '../../../core/errors.ts'
import { parseId } from '../../../core/ids.ts'
import type { Upload } from '../../../core/uploads/upload.ts'
import type { Services } from '../../services.ts'
import { readToken } from '../../upload-urls.ts'
import { authenticate } from '../authentication.ts'
import { bearerCredential } from '../bearer-credential.ts'

const UPLOAD = 'openedUpload'

/** What pages may read of an answer besides its body. */
const EXPOSED_HEADERS = 'Location, Range, Upload-Offset, Upload-Length, Retry-After, Content-Length'

/**
 * Opens the upload that the path of each request names, for the holder of its token (in the query, or as Bearer) and
 * for its project (API key or session). Pages of any origin may use the token unless it is limited to some.
 */
export function openUploads(app: FastifyInstance, services: Services): void {
  app.decorateRequest(UPLOAD, null)
  app.addHook('onRequest', async (request, reply) => {
    const open = async () => {
      const token = sentToken(request)
      return token === undefined ? ofProject(request, services) : ofToken(token, request, services)
    }
    request.setDecorator(UPLOAD, await withOrigins(request, reply, open))
  })
}

/** The upload that `openUploads` opened, as it was when the request came. */
export function openedUpload(request: FastifyRequest): Upload {
  return request.getDecorator<Upload>(UPLOAD)
}

/** Opens the upload and says which origins may read the answer: a refused one may not even read the refusal. */
export async function withOrigins(
  request: FastifyRequest,
  reply: FastifyReply,
  open: () => Promise<Upload>,
): Promise<Upload> {
  try {
    const upload = await open()
    const isLimited = upload.policy.origins.length > 0
    allowOrigin(request, reply, isLimited ? (request.headers.origin ?? '') : '*')
    return upload
  } catch (error) {
    if (!isDomainError(error, 'forbidden')) allowOrigin(request, reply, '*')
    throw error
  }
}

/** Answers the question a browser asks before it sends a request across origins. */
export async function answerPreflight(
  request: FastifyRequest,
  reply: FastifyReply,
  services: Services,
): Promise<FastifyReply> {
  const open = async () => {
    const token = sentToken(request)
    if (token === undefined) throw invalid()
    return ofToken(token, request, services)
  }
  // What is wrong with a token the request itself will be told; here only its origins matter.
  await withOrigins(request, reply, open).catch((error: unknown) => {
    if (!isDomainError(error) || error.code === 'forbidden') throw error
  })
  const asked = request.headers['access-control-request-headers']
  if (asked !== undefined && /^[\w, -]{1,1000}$/.test(asked)) reply.header('access-control-allow-headers', asked)
  reply.header('access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE')
  reply.header('access-control-max-age', '7200')
  return reply.code(204).send()
}

function allowOrigin(request: FastifyRequest, reply: FastifyReply, origin: string): void {
  reply.header('vary', 'origin')
  if (request.headers.origin === undefined) return
  reply.header('access-control-allow-origin', origin)
  reply.header('access-control-expose-headers', EXPOSED_HEADERS)
}

/** The core's token that a request shows; undefined when it shows none. Throws token_invalid for a malformed one. */
export function sentToken(request: FastifyRequest): string | undefined {
  const { token } = request.query as { token?: unknown }
  if (token !== undefined) {
    const read = typeof token === 'string' ? readToken(token) : undefined
    if (read === undefined) throw invalid()
    return read
  }
  const bearer = bearerCredential(request)
  return bearer === undefined ? undefined : readToken(bearer)
}

async function ofToken(token: string, request: FastifyRequest, { uploads }: Services): Promise<Upload> {
  const upload = await uploads.authorize(token, { origin: request.headers.origin })
  // A good token on another upload's address opens neither.
  if (upload.id !== namedUpload(request)) throw invalid()
  return upload
}

async function ofProject(request: FastifyRequest, services: Services): Promise<Upload> {
  const projectId = await authenticate(request, services)
  const id = parseId('upload', namedUpload(request))
  if (id === undefined) throw new DomainError('not_found', 'No such upload.')
  return (await services.uploads.get(projectId, id)).upload
}

function namedUpload(request: FastifyRequest): string {
  return (request.params as { uploadId: string }).uploadId
}

function invalid(): DomainError {
  return new DomainError('token_invalid', 'The upload token is not valid.')
}
