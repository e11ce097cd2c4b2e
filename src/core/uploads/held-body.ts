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

/**
 * Takes a body to its end into a staged file of its own, `key`, which nobody else names. Throws too_large past
 * `limitBytes`, or the reason why the body broke off; nothing is kept then. The body is not destroyed.
 */
export async function holdBody(
  staging: StagingStore,
  body: Readable,
  { key, limitBytes }: Readonly<{ key: string; limitBytes: number }>,
): Promise<HeldBody> {
  const ref = await staging.create(key, {})
  const signal = new AbortController().signal
  const discard = (): Promise<void> => staging.discard(ref)
  try {
    const writer = await staging.openWriter(ref, { offset: 0, sequence: 1, signal })
    try {
      let sizeBytes = 0
      for await (const chunk of body.iterator({ destroyOnReturn: false })) {
        sizeBytes += (chunk as Buffer).length
        if (sizeBytes > limitBytes) {
          throw new DomainError('too_large', `At most ${limitBytes} bytes may come before it is clear what for.`)
        }
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
