/** Numbers that are the same each time for the same seed: 0 ≤ n < below. */
type Dice = (below: number) => number

/** Marsaglia's xorshift; a seed of 0 would stay 0. */
function diceOf(seed: number): Dice {
  let state = seed ^ 0x9e37_79b9 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const INJURIES: readonly ((file: Buffer, dice: Dice) => Buffer)[] = [
  function flipBits(file, dice) {
    const broken = Buffer.from(file)
    for (let count = 1 + dice(60); count > 0; count--) {
      const at = dice(broken.length)
      broken[at] = (broken[at] ?? 0) ^ (1 << dice(8))
    }
    return broken
  },
  /** Where containers keep their sizes and counts. */
  function flipBitsOfHead(file, dice) {
    const broken = Buffer.from(file)
    for (let count = 1 + dice(6); count > 0; count--) {
      const at = 16 + dice(Math.min(2_000, broken.length - 16))
      broken[at] = dice(256)
    }
    return broken
  },
  function cutEnd(file, dice) {
    return file.subarray(0, dice(file.length))
  },
  function cutOut(file, dice) {
    const start = dice(file.length)
    return Buffer.concat([file.subarray(0, start), file.subarray(start + dice(file.length - start))])
  },
  function repeatPart(file, dice) {
    const start = dice(file.length)
    const end = start + dice(file.length - start)
    return Buffer.concat([file.subarray(0, end), file.subarray(start)])
  },
  function fillPart(file, dice) {
    const start = dice(file.length)
    return Buffer.from(file).fill(dice(2) === 0 ? 0x00 : 0xff, start, start + dice(file.length - start))
  },
]

/** The file with one to three injuries; the same ones for the same seed. */
export function mutilated(file: Buffer, seed: number): Buffer {
  const dice = diceOf(seed)
  let broken = file
  for (let count = 1 + dice(3); count > 0 && broken.length > 32; count--) {
    const injury = INJURIES[dice(INJURIES.length)]
    if (injury !== undefined) broken = injury(broken, dice)
  }
  return broken
}
