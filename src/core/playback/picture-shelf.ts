import { DomainError } from '../errors.ts'

/** A picture somebody is being sent. `giveBack` once it is sent, or not wanted any more; more than once is fine. */
export type Lent = Readonly<{ bytes: Buffer; giveBack: () => void }>

type Kept = { readonly bytes: Buffer; readers: number }

/**
 * Made pictures, to be sent again. What lies here and what is on its way to readers, however slow, never exceeds
 * `maxBytes` together: those not asked for longest go first, and while all are being read no further one is taken.
 */
export class PictureShelf {
  readonly #maxBytes: number
  /** The one asked for last is last. */
  readonly #kept = new Map<string, Kept>()
  #heldBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Of all pictures here. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Undefined when it is not here. */
  lend(name: string): Lent | undefined {
    const found = this.#kept.get(name)
    if (found === undefined) return undefined
    this.#kept.delete(name)
    this.#kept.set(name, found)
    found.readers += 1
    let isOut = true
    const giveBack = (): void => {
      if (isOut) found.readers -= 1
      isOut = false
    }
    return { bytes: found.bytes, giveBack }
  }

  /** Throws unavailable when there is no room that could be made. */
  put(name: string, bytes: Buffer): void {
    if (this.#kept.has(name)) return
    for (const [oldest, { readers }] of this.#kept) {
      if (this.#heldBytes + bytes.length <= this.#maxBytes) break
      if (readers === 0) this.#drop(oldest)
    }
    if (this.#heldBytes + bytes.length > this.#maxBytes) {
      throw new DomainError('unavailable', 'Too many pictures are on their way at the moment; ask again soon.')
    }
    this.#kept.set(name, { bytes, readers: 0 })
    this.#heldBytes += bytes.length
  }

  #drop(name: string): void {
    this.#heldBytes -= this.#kept.get(name)?.bytes.length ?? 0
    this.#kept.delete(name)
  }
}
