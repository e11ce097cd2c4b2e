import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/**
 * The signatures of the vendor's API, old host and new gateway: the same computation under two names.
 * docs/dialects/cloudv.md#authentication.
 */
export const ALGORITHMS = ['WS3-HMAC-SHA256', 'CNC-HMAC-SHA256'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/** The Authorization header, taken apart. */
export type Claim = Readonly<{
  algorithm: Algorithm
  accessKey: string
  /** Lower case, in the order in which they are signed. */
  signedHeaders: readonly string[]
  /** Lower-case hexadecimal. */
  signature: string
}>

/** What a signature covers. Texts as they came over the wire. */
export type SignedRequest = Readonly<{
  method: string
  path: string
  /** Without the question mark. */
  query: string
  headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Seconds, in decimal. */
  timestamp: string
  body: Uint8Array
}>

const LONGEST_HEADER = 2_048

/** Reads the header; undefined when it is none of ours. Spaces around the commas vary between clients. */
export function parseClaim(authorization: string | undefined): Claim | undefined {
  if (authorization === undefined || authorization.length > LONGEST_HEADER) return undefined
  const [, name = '', rest = ''] = /^\s*(\S+)\s+(.*)$/.exec(authorization) ?? []
  const algorithm = ALGORITHMS.find((known) => known === name.toUpperCase())
  if (algorithm === undefined) return undefined
  const members = new Map(
    rest.split(',').map((member) => {
      const equals = member.indexOf('=')
      return [member.slice(0, Math.max(equals, 0)).trim().toLowerCase(), member.slice(equals + 1).trim()] as const
    }),
  )
  // One page of the vendor's shows a credential with further segments.
  const [accessKey = ''] = (members.get('credential') ?? '').split('/')
  const signedHeaders = (members.get('signedheaders') ?? '')
    .toLowerCase()
    .split(';')
    .filter((header) => header !== '')
  const signature = members.get('signature') ?? ''
  if (accessKey === '' || signedHeaders.length === 0 || !/^[0-9a-f]{64}$/i.test(signature)) return undefined
  return { algorithm, accessKey, signedHeaders, signature: signature.toLowerCase() }
}

/** The signature of a request, `query` and header values as they are to be signed. */
export function signatureOf(
  request: SignedRequest,
  claim: Pick<Claim, 'algorithm' | 'signedHeaders'>,
  secretKey: string,
): string {
  const { method, path, query, timestamp, body } = request
  const headers = claim.signedHeaders.map((name) => `${name}:${headerText(request, name)}\n`).join('')
  const canonical = [method, path, query, headers, claim.signedHeaders.join(';'), sha256(body)].join('\n')
  const toSign = [claim.algorithm, timestamp, sha256(canonical)].join('\n')
  return createHmac('sha256', secretKey).update(toSign).digest('hex')
}

/**
 * Whether the claim's signature is this request's. The vendor's documents leave open how a query and header values are
 * written when they are signed, and its clients differ; every one of these forms still covers all of the request.
 */
export function isSignedBy(request: SignedRequest, claim: Claim, secretKey: string): boolean {
  const forms = [request, decodedQuery(request)].flatMap((form) => [form, lowerCaseHeaders(form)])
  return forms.map((form) => signatureOf(form, claim, secretKey)).some((expected) => isSame(expected, claim.signature))
}

/** A `POST` signs no query. */
function decodedQuery(request: SignedRequest): SignedRequest {
  if (request.method !== 'GET') return { ...request, query: '' }
  try {
    return { ...request, query: decodeURIComponent(request.query.replaceAll('+', ' ')) }
  } catch {
    return request
  }
}

function lowerCaseHeaders(request: SignedRequest): SignedRequest {
  const headers = Object.entries(request.headers).map(
    ([name, value]) => [name, value?.toString().toLowerCase()] as const,
  )
  return { ...request, headers: Object.fromEntries(headers) }
}

function headerText({ headers }: SignedRequest, name: string): string {
  return (headers[name] ?? '').toString().trim()
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
