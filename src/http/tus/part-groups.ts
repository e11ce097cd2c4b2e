import { randomUUID } from 'node:crypto'

/** Where a part's bytes shall lie. */
export type PartPlace = Readonly<{ key: string; startByte: number }>

type Group = { key: string; firstBytes: number; nextByte: number; lastAtMs: number; isClosed: boolean }

/** Clients announce all parts of a file in one breath. */
const GAP_MS = 5_000
/** `tus-js-client` cuts a file into equal parts and gives the remainder, less than a byte for each part, to the last. */
const MAX_REMAINDER_BYTES = 64
const MAX_SENDERS = 10_000

/**
 * Guesses which parts belong to one file, and lays them out one behind the other in the order in which they are
 * announced. A wrong guess costs a copy when they are joined, never correctness. Known to one process only.
 */
export class PartGroups {
  readonly #groups = new Map<string, Group[]>()
  /** Files that were closed, and when: a place that was reserved in one is of no use any more. */
  readonly #closed = new Map<string, number>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /**
   * The place of the part that `sender` announces now. With `sendsOneFile`, all parts of the sender belong together;
   * else those of equal size do, together with the first one that is a little larger. A part of unknown size has a
   * file of its own.
   */
  place(sender: string, sizeBytes: number | undefined, sendsOneFile: boolean): PartPlace {
    if (sizeBytes === undefined) return { key: newKey(), startByte: 0 }
    const nowMs = this.#now()
    const groups = (this.#groups.get(sender) ?? []).filter((group) => isOpen(group, nowMs))
    const fits = (group: Group): boolean =>
      sendsOneFile || (sizeBytes >= group.firstBytes && sizeBytes - group.firstBytes <= MAX_REMAINDER_BYTES)
    let group = groups.find(fits)
    if (group === undefined) {
      group = { key: newKey(), firstBytes: sizeBytes, nextByte: 0, lastAtMs: nowMs, isClosed: false }
      groups.push(group)
    }
    const startByte = group.nextByte
    group.nextByte += sizeBytes
    group.lastAtMs = nowMs
    group.isClosed = !sendsOneFile && sizeBytes > group.firstBytes
    // Moved to the end: the oldest senders are forgotten first.
    this.#groups.delete(sender)
    this.#groups.set(sender, groups)
    this.#forgetOldest(nowMs)
    return { key: group.key, startByte }
  }

  /** No further part is laid into this file, nor is one that has its place there already but was not made yet. */
  close(key: string): void {
    for (const [closed, atMs] of this.#closed) if (this.#now() - atMs > GAP_MS) this.#closed.delete(closed)
    this.#closed.set(key, this.#now())
    for (const groups of this.#groups.values()) {
      const group = groups.find((one) => one.key === key)
      if (group !== undefined) group.isClosed = true
    }
  }

  isClosed(key: string): boolean {
    return this.#closed.has(key)
  }

  #forgetOldest(nowMs: number): void {
    for (const [sender, groups] of this.#groups) {
      if (this.#groups.size <= MAX_SENDERS && groups.some((group) => isOpen(group, nowMs))) return
      this.#groups.delete(sender)
    }
  }
}

function isOpen(group: Group, nowMs: number): boolean {
  return !group.isClosed && nowMs - group.lastAtMs <= GAP_MS
}

function newKey(): string {
  return `parts-${randomUUID()}`
}
