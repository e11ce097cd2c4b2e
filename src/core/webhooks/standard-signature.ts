import { createHmac } from 'node:crypto'
import { DomainError } from '../errors.ts'
import type { Random } from '../ports/random.ts'

const PREFIX = 'whsec_'
const NEW_SECRET_BYTES = 32

/** A new secret: `whsec_` and the base64 of 32 random bytes. */
export function newWebhookSecret(random: Random): string {
  return PREFIX + Buffer.from(random.bytes(NEW_SECRET_BYTES)).toString('base64')
}

/**
 * The key that a secret stands for, as Standard Webhooks says: `whsec_` and base64 of 24 to 64 bytes. Throws
 * invalid_argument for anything else.
 */
export function webhookKey(secret: string): Uint8Array {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : ''
  const key = Buffer.from(text, 'base64')
  const isWhole = key.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '')
  if (!isWhole || key.length < 24 || key.length > 64) {
    throw new DomainError('invalid_argument', 'A secret is whsec_ and the base64 of 24 to 64 bytes.')
  }
  return key
}

/**
 * The headers of Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks, spec): HMAC-SHA256 of
 * `id.timestamp.body`, one signature for each secret.
 */
export function standardHeaders(
  message: Readonly<{ id: string; atMs: number; body: string }>,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const seconds = Math.floor(message.atMs / 1000)
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', webhookKey(secret)).update(`${message.id}.${seconds}.${message.body}`, 'utf8')
    return `v1,${hmac.digest('base64')}`
  })
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  }
}
