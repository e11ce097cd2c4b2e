import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { DomainError } from '../../../core/errors.ts'
import type { Clock } from '../../../core/ports/clock.ts'
import { readForm } from '../../multipart.ts'

/** What a call says, by name. Absent, empty and bare parameters all mean the default and are not in here. */
export type KollusParameters = ReadonlyMap<string, string>

/**
 * Makes the routes of this (encapsulated) plugin take small bodies of any declared type as a Buffer: what clients
 * declare is often not what they send, so the bytes decide (`readParameters`).
 */
export function takeSmallBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/**
 * The parameters of a call, from its query and its body in any of the encodings that clients use: URL-encoded,
 * multipart or JSON, whatever the Content-Type says. The body goes before the query, and the last of repeated names
 * wins. Throws invalid_argument for a body that cannot be read.
 */
export async function readParameters(request: FastifyRequest, clock: Clock): Promise<KollusParameters> {
  const found = new Map<string, string>()
  const add = (name: string, value: string): void => {
    if (value.trim() !== '') found.set(name, value.trim())
  }
  const queryAt = request.url.indexOf('?')
  if (queryAt >= 0) addUrlEncoded(request.url.slice(queryAt + 1), add)
  if (Buffer.isBuffer(request.body)) await addBody(request.body, request.headers['content-type'], clock, add)
  return found
}

type Add = (name: string, value: string) => void

async function addBody(body: Buffer, contentType: string | undefined, clock: Clock, add: Add): Promise<void> {
  const text = body.toString('utf8').trim()
  if (text === '') return
  if (text.startsWith('--')) {
    await readForm(Readable.from([body]), { contentType, clock, onField: add })
    return
  }
  const saysJson = contentType !== undefined && /\bjson\b/i.test(contentType)
  if (saysJson || text.startsWith('{') || text.startsWith('[')) {
    const members = jsonMembers(text)
    if (members === undefined && saysJson) throw new DomainError('invalid_argument', 'The body is not valid JSON.')
    for (const [name, value] of members ?? []) add(name, value)
    if (members !== undefined) return
  }
  addUrlEncoded(text, add)
}

function addUrlEncoded(text: string, add: Add): void {
  for (const [name, value] of new URLSearchParams(text)) add(name, value)
}

/** The plain members of a JSON object, lists joined by commas; none for an array, which is how PHP encodes an empty list of parameters. */
function jsonMembers(text: string): readonly (readonly [string, string])[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    if (typeof member === 'boolean') return [[name, member ? '1' : '0'] as const]
    if (Array.isArray(member)) return [[name, member.filter(isPlain).join(',')] as const]
    return isPlain(member) ? [[name, String(member)] as const] : []
  })
}

function isPlain(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}
