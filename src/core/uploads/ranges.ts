import type { ByteRange } from '../ports/blob-store.ts'

/**
 * The range algebra of an upload: which bytes have arrived. A RangeSet is sorted by start, and its ranges are
 * disjoint, non-empty and never adjacent (two that touch are one), so that equal contents mean equal arrays.
 */
export type RangeSet = readonly ByteRange[]

export const EMPTY_RANGES: RangeSet = []

/** `set` with the bytes of `added` in it. Empty ranges add nothing. */
export function addRange(set: RangeSet, added: ByteRange): RangeSet {
  if (added.end <= added.start) return set
  let { start, end } = added
  const before: ByteRange[] = []
  const after: ByteRange[] = []
  for (const range of set) {
    if (range.end < start) before.push(range)
    else if (range.start > end) after.push(range)
    else {
      start = Math.min(start, range.start)
      end = Math.max(end, range.end)
    }
  }
  return [...before, { start, end }, ...after]
}

/** The ranges of `set` that overlap or touch `range`: the rows that adding it replaces. */
export function touching(set: RangeSet, range: ByteRange): RangeSet {
  return set.filter((own) => own.end >= range.start && own.start <= range.end)
}

/** True when at least one byte of `range` is in `set`. */
export function overlaps(set: RangeSet, range: ByteRange): boolean {
  return set.some((own) => own.start < range.end && own.end > range.start)
}

/** How many bytes `set` holds. */
export function receivedBytes(set: RangeSet): number {
  return set.reduce((sum, range) => sum + range.end - range.start, 0)
}

/** Length of the unbroken run that starts at byte 0: the offset a resuming client continues from. */
export function contiguousBytes(set: RangeSet): number {
  const first = set[0]
  return first !== undefined && first.start === 0 ? first.end : 0
}

/** One past the last byte that has arrived; 0 when nothing has. */
export function highestEnd(set: RangeSet): number {
  return set.at(-1)?.end ?? 0
}

/** What is lacking below `sizeBytes`, in order. */
export function missingRanges(set: RangeSet, sizeBytes: number): RangeSet {
  const missing: ByteRange[] = []
  let position = 0
  for (const range of set) {
    if (range.start >= sizeBytes) break
    if (range.start > position) missing.push({ start: position, end: range.start })
    position = range.end
  }
  if (position < sizeBytes) missing.push({ start: position, end: sizeBytes })
  return missing
}

/** True when every byte below `sizeBytes` has arrived (always true for an empty file). */
export function isCovered(set: RangeSet, sizeBytes: number): boolean {
  return contiguousBytes(set) >= sizeBytes
}
