import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/**
 * Encrypts secrets before they reach the database (AES-256-GCM). The master key lives outside of it, so that a copy of
 * the database alone gives nothing away.
 */
export class Sealer {
  readonly #key: Buffer

  /** `masterKey` is 32 bytes. */
  constructor(masterKey: Uint8Array) {
    if (masterKey.length !== 32) throw new Error('the master key must have 32 bytes')
    this.#key = Buffer.from(masterKey)
  }

  /** Form: `v1.` and base64url of nonce (12 bytes), tag (16 bytes) and cipher text. */
  seal(text: string): string {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`
  }

  /** Throws when the text was not sealed with this key, or was changed since. */
  open(sealed: string): string {
    if (!sealed.startsWith('v1.')) throw new Error('not a sealed value')
    const bytes = Buffer.from(sealed.slice(3), 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(12, 28))
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
  }

  /** A key for another purpose, derived from the master key: 32 bytes, the same for the same `purpose`. */
  derive(purpose: string): Buffer {
    return createHash('sha256').update(this.#key).update(`\0${purpose}`).digest()
  }
}

/** SHA-256 of a secret in lower-case hexadecimal: how tokens and keys are stored and looked up. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex')
}
