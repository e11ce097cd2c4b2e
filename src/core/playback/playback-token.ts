import { createHmac, timingSafeEqual } from 'node:crypto'
import { DomainError } from '../errors.ts'
import type { AssetId } from '../ids.ts'

/**
 * A signed playback token: `<expiry>.<signature>`, made to stand in a URL path before the asset's files, so that one
 * token covers playlist, segments and poster. `expiry` is seconds since the epoch in base 36; the signature is 128 bits
 * of HMAC-SHA256 over asset and expiry. It names the asset, never a source: it outlives a replacement.
 */
export function signPlayback(key: Uint8Array, assetId: AssetId, expiresAtMs: number): string {
  const expiry = Math.floor(expiresAtMs / 1000).toString(36)
  return `${expiry}.${signature(key, assetId, expiry)}`
}

/** Throws forbidden when the token is not for this asset or its time is over. */
export function verifyPlayback(key: Uint8Array, assetId: AssetId, token: string, nowMs: number): void {
  const [, expiry, sent] = /^([0-9a-z]{1,10})\.([A-Za-z0-9_-]{22})$/.exec(token) ?? []
  if (expiry === undefined || sent === undefined) throw refused()
  // Compared as text: base64url has spare bits, and a token has one form.
  if (!timingSafeEqual(Buffer.from(sent), Buffer.from(signature(key, assetId, expiry)))) throw refused()
  if (Number.parseInt(expiry, 36) * 1000 <= nowMs) {
    throw new DomainError('forbidden', 'The playback link has expired.', { details: { reason: 'expired' } })
  }
}

/** 22 characters. */
function signature(key: Uint8Array, assetId: AssetId, expiry: string): string {
  const mac = createHmac('sha256', key).update(`play\0${assetId}\0${expiry}`).digest()
  return mac.subarray(0, 16).toString('base64url')
}

function refused(): DomainError {
  return new DomainError('forbidden', 'The playback link is not valid.', { details: { reason: 'invalid' } })
}
