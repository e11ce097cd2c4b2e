/** Bytes [start, end) of a file. */
export type StoredRange = Readonly<{ start: number; end: number }>

/** `ranges` and `added` as sorted ranges that neither overlap nor touch. */
export function merged(ranges: readonly StoredRange[], ...added: readonly StoredRange[]): readonly StoredRange[] {
  const sorted = [...ranges, ...added].filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start)
  const result: StoredRange[] = []
  for (const range of sorted) {
    const last = result.at(-1)
    if (last === undefined || range.start > last.end) result.push(range)
    else result[result.length - 1] = { start: last.start, end: Math.max(last.end, range.end) }
  }
  return result
}

/** What of [0, sizeBytes) the merged `ranges` leave out. */
export function missing(ranges: readonly StoredRange[], sizeBytes: number): readonly StoredRange[] {
  const ends = [0, ...ranges.map(({ end }) => end)]
  const starts = [...ranges.map(({ start }) => start), sizeBytes]
  return ends.map((start, i) => ({ start, end: starts[i] as number })).filter(({ start, end }) => start < end)
}

/** What of `promised` is not in the merged `ranges`; empty when all of it is. */
export function lost(promised: readonly StoredRange[], ranges: readonly StoredRange[]): readonly StoredRange[] {
  return promised.filter(({ start, end }) => !ranges.some((held) => held.start <= start && end <= held.end))
}
