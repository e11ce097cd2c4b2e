/**
 * Time. The only clock the core knows; a test's clock moves when told to.
 * test/contract/clock.ts proves for each implementation that `now` does not run backwards within a process,
 * that a timer fires once and not early, and that a cancelled timer never fires.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  now(): number
  /** Calls `run` once after at least `delayMs`; the returned function cancels. Never keeps the process alive. */
  after(delayMs: number, run: () => void): () => void
}
