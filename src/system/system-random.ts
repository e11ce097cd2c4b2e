import { randomBytes } from 'node:crypto'
import type { Random } from '../core/ports/random.ts'

/** Randomness from the operating system. */
export class SystemRandom implements Random {
  bytes(count: number): Uint8Array {
    return randomBytes(count)
  }
}
