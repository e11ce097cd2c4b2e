import { createHmac, timingSafeEqual } from 'node:crypto'
import { DomainError } from '../../../../core/errors.ts'

/** One entry of a token's playlist. */
export type PlayEntry = Readonly<{ mediaContentKey: string; profileKey: string | undefined }>

/** What a play token says, before anybody knows whose it is: not to be trusted until `verifyPlayJwt` has passed. */
export type PlayClaims = Readonly<{
  clientUserId: string | undefined
  /** The earlier of what `expt` and `exp` say. */
  expiresAtMs: number
  entries: readonly PlayEntry[]
}>

/** Larger times are milliseconds: some clients send those where seconds are asked for. */
const LARGEST_SECONDS = 1e11
const MAX_LENGTH = 16_384

/**
 * Reads a play token. Members, order and spacing of its JSON are the client's; unknown ones are ignored. Throws
 * unauthenticated for what is no token. Source: docs/dialects/kollus.md#playback.
 */
export function readPlayJwt(token: string): PlayClaims {
  const [header = '', payload = '', signature] = token.split('.')
  if (token.length > MAX_LENGTH || signature === undefined) throw refused('is malformed')
  if (objectOf(header)['alg'] !== 'HS256') throw refused('is not signed with HS256')
  const claims = objectOf(payload)
  const mc = claims['mc']
  const list: readonly unknown[] = Array.isArray(mc) ? mc : mc === undefined ? [] : [mc]
  const entries = list.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null) return []
    const { mckey, mcpf } = entry as Readonly<Record<string, unknown>>
    if (typeof mckey !== 'string' || mckey === '') return []
    return [{ mediaContentKey: mckey, profileKey: typeof mcpf === 'string' && mcpf !== '' ? mcpf : undefined }]
  })
  if (entries.length === 0) throw refused('names no media_content_key')
  const ends = [claims['expt'], claims['exp']].filter((end): end is number => typeof end === 'number')
  if (ends.length === 0) throw refused('has no expt')
  const expiresAtMs = Math.min(...ends.map((end) => (end > LARGEST_SECONDS ? end : end * 1000)))
  const cuid = claims['cuid']
  return { clientUserId: typeof cuid === 'string' ? cuid : undefined, expiresAtMs, entries }
}

/** Throws unauthenticated unless the token was signed with this key, over exactly these bytes, and its time is not over. */
export function verifyPlayJwt(token: string, securityKey: string, nowMs: number): PlayClaims {
  const claims = readPlayJwt(token)
  const end = token.lastIndexOf('.')
  const expected = createHmac('sha256', securityKey).update(token.slice(0, end)).digest()
  const signature = Buffer.from(token.slice(end + 1).trim(), 'base64url')
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
    throw refused('has a wrong signature')
  if (claims.expiresAtMs <= nowMs) throw refused('has expired')
  return claims
}

/** A token as clients sign them. */
export function signPlayJwt({ clientUserId, expiresAtMs, entries }: PlayClaims, securityKey: string): string {
  const mc = entries.map(({ mediaContentKey: mckey, profileKey: mcpf }) => ({ mckey, mcpf }))
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { cuid: clientUserId, expt: Math.floor(expiresAtMs / 1000), mc },
  ]
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${signed}.${createHmac('sha256', securityKey).update(signed).digest('base64url')}`
}

/** `{key}-{custom}` plays what `{key}` plays. */
export function placementKeyOf(mediaContentKey: string): string {
  return mediaContentKey.split('-', 1)[0] ?? ''
}

function objectOf(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw refused('is malformed')
}

function refused(what: string): DomainError {
  return new DomainError('unauthenticated', `The play token ${what}.`)
}
