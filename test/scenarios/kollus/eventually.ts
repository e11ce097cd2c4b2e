import { expect } from 'vitest'

/** Asks again until what follows holds; long enough for a machine that is busy with other suites. */
export function eventually<T>(ask: () => T) {
  return expect.poll(ask, { timeout: 30_000, interval: 20 })
}
