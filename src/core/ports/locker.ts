/**
 * Work that only one process of the installation may do at a time (sweeping, migrating).
 * Implementations: locks/memory-locker.ts, locks/postgres-locker.ts. test/contract/locker.ts proves for each of them: two holders
 * of one name never run together; different names do not wait for each other; the lock is free again when `work`
 * settles, also by throwing, and when the holder's process dies.
 */
export interface Locker {
  /** Runs `work` if nobody holds `name`; returns undefined at once, without running it, if somebody does. */
  tryHold<T>(name: string, work: () => Promise<T>): Promise<T | undefined>
  close(): Promise<void>
}
