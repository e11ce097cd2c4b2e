import { DomainError } from '../errors.ts'
import { HEAD_BYTES, isTypeAllowed, sniffContentType } from './content-type.ts'

/** Throws type_not_allowed for a file of `sizeBytes` (undefined: not known yet) that begins with `head`. */
export function assertTypeAllowed(head: Uint8Array, allowed: readonly string[], sizeBytes: number | undefined): void {
  const isWhole = head.length >= HEAD_BYTES || (sizeBytes !== undefined && head.length >= sizeBytes)
  const found = sniffContentType(head, isWhole)
  if (found === undefined || isTypeAllowed(found, allowed)) return
  throw new DomainError('type_not_allowed', `The file is ${found}; allowed is ${allowed.join(', ')}.`, {
    details: { found, allowed },
  })
}

/** Looks at the beginning of a file while it passes, before any byte of it is written. */
export class HeadCheck {
  readonly #allowed: readonly string[]
  readonly #sizeBytes: number | undefined
  #chunks: Uint8Array[] = []
  #bytes = 0
  #isDecided = false

  constructor(allowed: readonly string[], sizeBytes: number | undefined) {
    this.#allowed = allowed
    this.#sizeBytes = sizeBytes
  }

  /** Takes the next bytes of the file. */
  see(chunk: Uint8Array): void {
    if (this.#isDecided || this.#bytes >= HEAD_BYTES) return
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
  }

  /** Throws type_not_allowed as soon as what has passed leaves no doubt. */
  assert(): void {
    if (this.#isDecided) return
    const head = Buffer.concat(this.#chunks)
    assertTypeAllowed(head, this.#allowed, this.#sizeBytes)
    this.#isDecided = head.length >= HEAD_BYTES
    this.#chunks = this.#isDecided ? [] : [head]
  }
}
