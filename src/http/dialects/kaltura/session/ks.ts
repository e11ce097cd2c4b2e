import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'

/** What a KS says. Clients that hold the secret make them on their own. */
export type KsContent = Readonly<{
  partnerId: number
  /** Unix seconds. */
  expiresAtS: number
  /** 0 is a user's, 2 an administrator's. */
  type: number
  userId: string
  /** As privileges are written: `edit:*,disableentitlement`. */
  privileges: string
}>

/** A KS whose signature is good. `identity` names it whatever the spelling: what revoking goes by. */
export type VerifiedKs = Readonly<{ content: KsContent; identity: string }>

/** The admin secrets of a partner; empty for an unknown one. User secrets sign nothing. */
export type SecretsOf = (partnerId: number) => Promise<readonly string[]>

const MAX_KS = 8_192

/**
 * Reads and verifies a KS of either version; undefined when it is not one, or signed by nobody we know. It has to be
 * spelled exactly as clients and server spell it: a changed character makes another KS, also where decoders would
 * overlook it. Source: docs/dialects/kaltura.md#sessions.
 */
export async function verifyKs(text: string, secretsOf: SecretsOf): Promise<VerifiedKs | undefined> {
  if (text.length === 0 || text.length > MAX_KS) return undefined
  const urlSafe = decodedExactly(text, (bytes) => urlSafeBase64(bytes))
  if (urlSafe?.subarray(0, 3).toString('latin1') === 'v2|') return verifyV2(urlSafe, secretsOf)
  const plain = decodedExactly(text, (bytes) => bytes.toString('base64'))
  return plain && verifyV1(plain, secretsOf)
}

/** Version 1: `sha1(secret + info)|info`, base64. `nonce` is any number; the server's form has nine fields. */
export function encodeKsV1(content: KsContent, secret: string, nonce: number): string {
  const { partnerId, expiresAtS, type, userId, privileges } = content
  const info = [partnerId, partnerId, expiresAtS, type, nonce, userId, privileges, '', ''].join(';')
  return Buffer.from(`${sha1(secret, info).toString('hex')}|${info}`).toString('base64')
}

/** Version 2: encrypted with a key made of the secret. `nonce` is 16 random bytes. */
export function encodeKsV2(content: KsContent, secret: string, nonce: Uint8Array): string {
  const fields = new URLSearchParams()
  for (const privilege of content.privileges.split(',')) {
    const [name = '', ...value] = privilege.trim().split(':')
    if (name !== '') fields.append(name === '*' ? 'all' : name, name === '*' ? '*' : value.join(':'))
  }
  fields.append('_e', String(content.expiresAtS))
  fields.append('_t', String(content.type))
  fields.append('_u', content.userId)
  const body = Buffer.concat([nonce, Buffer.from(fields.toString().replaceAll('*', '%2A'))])
  const clear = Buffer.concat([createHash('sha1').update(body).digest(), body])
  const padded = Buffer.concat([clear, Buffer.alloc((16 - (clear.length % 16)) % 16)])
  const cipher = createCipheriv('aes-128-cbc', keyOf(secret), Buffer.alloc(16)).setAutoPadding(false)
  const sealed = Buffer.concat([cipher.update(padded), cipher.final()])
  return urlSafeBase64(Buffer.concat([Buffer.from(`v2|${content.partnerId}|`), sealed]))
}

async function verifyV1(bytes: Buffer, secretsOf: SecretsOf): Promise<VerifiedKs | undefined> {
  const bar = bytes.indexOf('|')
  if (bar !== 40) return undefined
  const info = bytes.subarray(bar + 1)
  const [partner = '', , expiry = '', type = '', , userId = '', privileges = ''] = info.toString('utf8').split(';')
  const content = contentOf({ partner, expiry, type, userId, privileges })
  if (content === undefined) return undefined
  for (const secret of await secretsOf(content.partnerId)) {
    const expected = Buffer.from(sha1(secret, info).toString('hex'))
    if (timingSafeEqual(expected, bytes.subarray(0, bar))) return verified(content, bytes)
  }
  return undefined
}

const NONCE_BYTES = 16
const DIGEST_BYTES = 20

async function verifyV2(bytes: Buffer, secretsOf: SecretsOf): Promise<VerifiedKs | undefined> {
  const bar = bytes.indexOf('|', 3)
  const partner = bytes.subarray(3, bar).toString('latin1')
  const sealed = bytes.subarray(bar + 1)
  if (bar < 0 || !isNumber(partner) || sealed.length % 16 !== 0 || sealed.length < 48) return undefined
  for (const secret of await secretsOf(Number(partner))) {
    const decipher = createDecipheriv('aes-128-cbc', keyOf(secret), Buffer.alloc(16)).setAutoPadding(false)
    const padded = Buffer.concat([decipher.update(sealed), decipher.final()])
    const end = padded.findLastIndex((byte) => byte !== 0) + 1
    const digest = padded.subarray(0, DIGEST_BYTES)
    const body = padded.subarray(DIGEST_BYTES, Math.max(end, DIGEST_BYTES))
    if (!timingSafeEqual(digest, createHash('sha1').update(body).digest())) continue
    const fields = new URLSearchParams(body.subarray(NONCE_BYTES).toString('utf8'))
    const content = contentOf({
      partner,
      expiry: fields.get('_e') ?? '',
      type: fields.get('_t') ?? '',
      userId: fields.get('_u') ?? '',
      privileges: privilegesOf(fields),
    })
    return content && verified(content, bytes)
  }
  return undefined
}

function privilegesOf(fields: URLSearchParams): string {
  return [...fields]
    .filter(([name]) => !/^_[etumd]$/.test(name))
    .map(([name, value]) => (value === '' ? name : `${name}:${value}`))
    .join(',')
}

function contentOf(
  fields: Readonly<{ partner: string; expiry: string; type: string; userId: string; privileges: string }>,
): KsContent | undefined {
  const { partner, expiry, type, userId, privileges } = fields
  if (!isNumber(partner) || !isNumber(expiry) || !/^(|0|1|2)$/.test(type)) return undefined
  return { partnerId: Number(partner), expiresAtS: Number(expiry), type: Number(type), userId, privileges }
}

function isNumber(text: string): boolean {
  return /^(0|[1-9]\d{0,14})$/.test(text)
}

function verified(content: KsContent, bytes: Buffer): VerifiedKs {
  return { content, identity: createHash('sha256').update(bytes).digest('hex') }
}

function decodedExactly(text: string, encode: (bytes: Buffer) => string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return encode(bytes) === text ? bytes : undefined
}

/** Padding is kept. */
function urlSafeBase64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

function sha1(secret: string, info: string | Buffer): Buffer {
  return createHash('sha1').update(secret).update(info).digest()
}

function keyOf(secret: string): Buffer {
  return createHash('sha1').update(secret).digest().subarray(0, 16)
}
