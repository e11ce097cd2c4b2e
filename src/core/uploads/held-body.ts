import type { Readable } from 'node:stream'
import { DomainError } from '../errors.ts'
import type { StagingStore } from '../ports/staging-store.ts'

/** Bytes that wait outside of any upload. Whoever holds them calls `discard`, whatever becomes of them. */
export type HeldBody = Readonly<{
  sizeBytes: number
  /** The bytes once more, from the first one on. */
  open(): Promise<Readable>
  discard(): Promise<void>
}>

/** How much may be held at once, by all together. */
export class HeldRoom {
  #freeBytes: number

  constructor(limitBytes: number) {
    this.#freeBytes = limitBytes
  }

  /** Throws unavailable when there is no room for that many bytes more. */
  take(bytes: number): void {
    if (bytes > this.#freeBytes) {
      throw new DomainError('unavailable', 'Too much waits already for it to be clear what for; try again later.', {
        details: { reason: 'held_too_much' },
      })
    }
    this.#freeBytes -= bytes
  }

  give(bytes: number): void {
    this.#freeBytes += bytes
  }
}

/**
 * Takes a body to its end into a staged file of its own, `key`, which nobody else names. Throws too_large past
 * `limitBytes`, unavailable past `room`, or the reason why the body broke off; nothing is kept then. The body is not destroyed.
 */
export async function holdBody(
  staging: StagingStore,
  body: Readable,
  { key, limitBytes, room }: Readonly<{ key: string; limitBytes: number; room: HeldRoom }>,
): Promise<HeldBody> {
  const ref = await staging.create(key, {})
  const signal = new AbortController().signal
  let takenBytes = 0
  const discard = async (): Promise<void> => {
    await staging.discard(ref)
    room.give(takenBytes)
    takenBytes = 0
  }
  try {
    const writer = await staging.openWriter(ref, { offset: 0, sequence: 1, signal })
    try {
      let sizeBytes = 0
      for await (const chunk of body.iterator({ destroyOnReturn: false })) {
        sizeBytes += (chunk as Buffer).length
        if (sizeBytes > limitBytes) {
          throw new DomainError('too_large', `At most ${limitBytes} bytes may come before it is clear what for.`)
        }
        room.take((chunk as Buffer).length)
        takenBytes += (chunk as Buffer).length
        await writer.write([chunk as Buffer])
      }
      const { receipts } = await writer.sync()
      const range = { start: 0, end: sizeBytes }
      return { sizeBytes, open: () => staging.read(ref, range, { receipts, signal }), discard }
    } finally {
      await writer.close()
    }
  } catch (error) {
    await discard()
    throw error
  }
}
