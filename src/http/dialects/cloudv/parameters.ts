import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { DomainError } from '../../../core/errors.ts'
import type { Clock } from '../../../core/ports/clock.ts'
import { readForm } from '../../multipart.ts'
import { ApiError } from './api-error.ts'

/** What a call says, by name, trimmed; empty ones are in here, since some are an error of their own. */
export type CloudvParameters = ReadonlyMap<string, string>

/** Makes the routes of this (encapsulated) plugin take small bodies as a Buffer, for a signature covers their bytes. */
export function takeSmallBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** The body's bytes; none for a GET. */
export function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}

/** The query as it came, without the question mark. */
export function queryOf(request: FastifyRequest): string {
  const at = request.url.indexOf('?')
  return at < 0 ? '' : request.url.slice(at + 1)
}

/**
 * The parameters of a call: the query of a GET, the body of a POST in any encoding that clients use, whatever its
 * Content-Type says. The query of a POST is not signed, hence not read. The last of repeated names wins. Throws
 * illegalFormat for a body that cannot be read.
 */
export async function readParameters(request: FastifyRequest, clock: Clock): Promise<CloudvParameters> {
  const found = new Map<string, string>()
  const add = (name: string, value: string): void => void found.set(name, value.trim())
  if (request.method === 'GET') addUrlEncoded(queryOf(request), add)
  else await addBody(bodyOf(request), request.headers['content-type'], clock, add)
  return found
}

type Add = (name: string, value: string) => void

async function addBody(body: Buffer, contentType: string | undefined, clock: Clock, add: Add): Promise<void> {
  const text = body.toString('utf8').trim()
  if (text.startsWith('--')) {
    await readForm(Readable.from([body]), { contentType, clock, onField: add }).catch((error: unknown) => {
      throw error instanceof DomainError ? new ApiError('illegalFormat', error.message) : error
    })
  } else if (text.startsWith('{') || /\bjson\b/i.test(contentType ?? '')) addJson(text, add)
  else addUrlEncoded(text, add)
}

function addUrlEncoded(text: string, add: Add): void {
  for (const [name, value] of new URLSearchParams(text)) add(name, value)
}

function addJson(text: string, add: Add): void {
  if (text === '') return
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ApiError('illegalFormat', 'The body is not valid JSON.')
  }
  if (typeof value !== 'object' || value === null)
    throw new ApiError('illegalFormat', 'The body must be a JSON object.')
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'boolean') add(name, member ? '1' : '0')
    else if (typeof member === 'object') {
      // Lists come as JSON text mostly, by some clients as what that text means.
      if (member !== null) add(name, JSON.stringify(member))
    } else add(name, String(member))
  }
}
