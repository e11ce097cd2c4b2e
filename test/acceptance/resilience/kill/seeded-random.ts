import { createCipheriv } from 'node:crypto'

/** Random numbers that come again with the same seed. */
export type SeededRandom = Readonly<{
  /** A whole number in [from, to). */
  between(from: number, to: number): number
  chance(probability: number): boolean
  shuffled<T>(items: readonly T[]): T[]
  bytes(length: number): Buffer
}>

export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (from: number, to: number): number => from + Math.floor(next() * Math.max(1, to - from))
  return {
    between,
    chance: (probability) => next() < probability,
    shuffled(items) {
      const shuffled = [...items]
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = between(0, last + 1)
        ;[shuffled[last], shuffled[other]] = [shuffled[other] as never, shuffled[last] as never]
      }
      return shuffled
    },
    bytes(length) {
      const key = Buffer.alloc(16)
      key.writeUInt32LE(between(0, 0xffffffff))
      return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length))
    },
  }
}
