import type { FastifyRequest } from 'fastify'
import { DomainError } from '../core/errors.ts'
import type { ProjectId } from '../core/ids.ts'
import type { Upload } from '../core/uploads/upload.ts'
import { bearerCredential } from './api/bearer-credential.ts'
import type { Services } from './services.ts'
import { readToken } from './upload-urls.ts'

/** Who wants to send a file by an open protocol: a project with its key, or the holder of an upload token. */
export type UploadCredential =
  | Readonly<{ kind: 'project'; projectId: ProjectId }>
  | Readonly<{ kind: 'token'; token: string; upload: Upload }>

const BARE_TOKEN = /^[A-Za-z0-9_-]{43}$/

/** The core's token in `text`, with its prefix or without; undefined for what cannot be one. */
export function uploadTokenIn(text: string): string | undefined {
  const token = readToken(text) ?? text
  return BARE_TOKEN.test(token) ? token : undefined
}

/**
 * What the request shows as Bearer. Throws unauthenticated when that is nothing or no live key, and whatever is wrong
 * with an upload token.
 */
export async function uploadCredential(request: FastifyRequest, services: Services): Promise<UploadCredential> {
  const bearer = bearerCredential(request)
  if (bearer === undefined) {
    throw new DomainError('unauthenticated', 'Send an API key or an upload token as "Authorization: Bearer …".')
  }
  const token = uploadTokenIn(bearer)
  if (token === undefined) return { kind: 'project', projectId: await services.access.projectOfApiKey(bearer) }
  return { kind: 'token', token, upload: await services.uploads.authorize(token, { origin: request.headers.origin }) }
}
