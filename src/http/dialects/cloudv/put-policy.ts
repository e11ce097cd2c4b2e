import { createHmac, timingSafeEqual } from 'node:crypto'
import { urlSafe } from './etag.ts'

/**
 * What an upload token allows. The token is `<access key>:<signature>:<policy>`, and clients read the policy out of it:
 * docs/dialects/cloudv.md#upload-token.
 */
export type PutPolicy = Readonly<{
  bucket: string
  /** Undefined: the request names the object. */
  key: string | undefined
  deadlineMs: number
  /** Whether a file that is there already may be replaced. */
  overwrite: boolean
  /** Undefined: no limit but the server's. */
  maxSizeBytes: number | undefined
  returnUrl: string | undefined
  returnBody: string | undefined
  /** Asked before the upload is answered. */
  callbackUrl: string | undefined
  callbackBody: string | undefined
  /** Template of the key where neither the token nor the form names one. */
  saveKey: string | undefined
  /** What is to be done to the file. */
  persistentOps: readonly string[]
  /** Told when that is done. */
  persistentNotifyUrl: string | undefined
  /** Told once for each of them. */
  separate: boolean
}>

/** The parts of a token that looks like one. */
export type SplitToken = Readonly<{ accessKey: string; signature: string; policy64: string }>

const LONGEST_TOKEN = 16 * 1024
const UP_TOKEN = /^UpToken\s+/i

/** How long a token of ours is good. */
export const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000

/** Members and types as in the vendor's tokens; mobile clients read the scope out of it. */
export function policyText(
  { bucket, key }: Readonly<{ bucket: string; key: string }>,
  overwrite: boolean,
  deadlineMs: number,
): string {
  const scope = `${bucket}:${key}`
  return JSON.stringify({ scope, deadline: String(deadlineMs), overwrite: overwrite ? 1 : 0, fsizeLimit: 0 })
}

/** A new token. */
export function signPolicy(accessKey: string, secretKey: string, policyText: string): string {
  const policy64 = urlSafe(policyText)
  return `${accessKey}:${signatureOf(secretKey, policy64)}:${policy64}`
}

/** Splits a token as clients send it, bare or after `UpToken`; undefined for what cannot be one. */
export function splitToken(text: string): SplitToken | undefined {
  if (text.length > LONGEST_TOKEN) return undefined
  const [accessKey, signature, policy64, ...rest] = text.trim().replace(UP_TOKEN, '').split(':')
  if (!accessKey || !signature || !policy64 || rest.length > 0) return undefined
  return { accessKey, signature, policy64 }
}

/** Whether the token's policy was signed with this key, compared in constant time. */
export function isSigned({ signature, policy64 }: SplitToken, secretKey: string): boolean {
  const expected = Buffer.from(signatureOf(secretKey, policy64))
  const actual = Buffer.from(signature)
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/** The policy; undefined when it is malformed, or says not where to or until when. */
export function readPolicy(policy64: string): PutPolicy | undefined {
  let policy: unknown
  try {
    policy = JSON.parse(Buffer.from(policy64, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
  if (typeof policy !== 'object' || policy === null) return undefined
  const { scope, deadline, overwrite, fsizeLimit, ...texts } = policy as Record<string, unknown>
  const deadlineMs = wholeNumber(deadline)
  const maxSizeBytes = wholeNumber(fsizeLimit ?? 0)
  if (typeof scope !== 'string' || deadlineMs === undefined || maxSizeBytes === undefined) return undefined
  const colon = scope.indexOf(':')
  const bucket = colon < 0 ? scope : scope.slice(0, colon)
  if (bucket === '') return undefined
  return {
    bucket,
    key: colon < 0 ? undefined : text(scope.slice(colon + 1)),
    deadlineMs,
    overwrite: wholeNumber(overwrite ?? 0) === 1,
    maxSizeBytes: maxSizeBytes === 0 ? undefined : maxSizeBytes,
    returnUrl: text(texts['returnUrl']),
    returnBody: text(texts['returnBody']),
    callbackUrl: text(texts['callbackUrl']),
    callbackBody: text(texts['callbackBody']),
    saveKey: text(texts['saveKey']),
    persistentOps: (text(texts['persistentOps']) ?? '').split(';').filter((operation) => operation.trim() !== ''),
    persistentNotifyUrl: text(texts['persistentNotifyUrl']),
    separate: wholeNumber(texts['separate'] ?? 0) === 1,
  }
}

/** Base64 of the hexadecimal text, which is what all clients send. */
function signatureOf(secretKey: string, policy64: string): string {
  return urlSafe(createHmac('sha1', secretKey).update(policy64).digest('hex'))
}

/** Some clients write numbers as strings. */
function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
