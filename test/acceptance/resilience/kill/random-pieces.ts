import type { SeededRandom } from './seeded-random.ts'
import type { StoredRange } from './stored-ranges.ts'

const SMALLEST_BYTES = 1
const LARGEST_BYTES = 12 * 1024 * 1024

/** Cuts `range` into pieces of random sizes, in order. Now and then one piece is all that is left. */
export function randomPieces(range: StoredRange, random: SeededRandom): readonly StoredRange[] {
  const pieces: StoredRange[] = []
  for (let start = range.start; start < range.end; ) {
    const length = random.chance(0.15) ? range.end - start : random.between(SMALLEST_BYTES, LARGEST_BYTES)
    const end = Math.min(range.end, start + length)
    pieces.push({ start, end })
    start = end
  }
  return pieces
}
