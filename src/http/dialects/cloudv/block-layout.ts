import type { BlockRef } from './block-ref.ts'
import type { BlockAddress } from './upload-path.ts'

/**
 * Where blocks belong. All blocks of a file but the last have one size, which no client states: it follows from any two
 * blocks, for the one with the lower number cannot be the last. Until it is known, a block is kept apart, and copied
 * when the file is made; that is one block at most, the first that arrives. The list of blocks has the last word.
 */
export type BlockSizes = Readonly<{
  /** Size of all blocks but the last. */
  blockBytes: number | undefined
  /** The first block that was announced while `blockBytes` was unknown. */
  first: Readonly<{ order: number; sizeBytes: number }> | undefined
}>

/** `start`: position in the file; undefined keeps the block apart. `learnt`: what is known from now on. */
export type Placement = Readonly<{ start: number | undefined; learnt: BlockSizes }>

/** Where to put an announced block, given what the blocks before it have told. */
export function placeBlock(known: BlockSizes, { order, sizeBytes, count }: BlockAddress): Placement {
  if (order === undefined) return { start: undefined, learnt: known }
  const blockBytes = known.blockBytes ?? deducedBytes(known, { order, sizeBytes, count })
  if (blockBytes === undefined) return { start: undefined, learnt: { ...known, first: { order, sizeBytes } } }
  // A block of another size than its file's others would run into the next one.
  const start = sizeBytes > blockBytes ? undefined : order * blockBytes
  return { start, learnt: { ...known, blockBytes } }
}

function deducedBytes({ first }: BlockSizes, { order = 0, sizeBytes, count }: BlockAddress): number | undefined {
  if (order === 0) return sizeBytes
  if (count !== undefined && order < count - 1) return sizeBytes
  if (first === undefined || first.order === order) return undefined
  return first.order < order ? first.sizeBytes : sizeBytes
}

/** A block of a file that is being made, and where it belongs. */
export type PlacedBlock = Readonly<{ ref: BlockRef; at: number }>

/** How a file comes out of its blocks: `into` is the upload whose blocks all lie where they belong, if there is one. */
export type FilePlan = Readonly<{
  sizeBytes: number
  into: BlockRef['uploadId'] | undefined
  blocks: readonly PlacedBlock[]
}>

/** Lays the blocks out in the order of the list. */
export function planFile(refs: readonly BlockRef[]): FilePlan {
  let position = 0
  const blocks = refs.map((ref) => {
    const at = position
    position += ref.sizeBytes
    return { ref, at }
  })
  const isMisplaced = ({ ref, at }: PlacedBlock): boolean => !ref.isApart && ref.start !== at
  const misplaced = new Set(blocks.filter(isMisplaced).map(({ ref }) => ref.uploadId))
  const inPlace = new Map<BlockRef['uploadId'], number>()
  for (const { ref } of blocks) {
    if (ref.isApart || misplaced.has(ref.uploadId)) continue
    inPlace.set(ref.uploadId, (inPlace.get(ref.uploadId) ?? 0) + ref.sizeBytes)
  }
  const [best] = [...inPlace].sort(([, a], [, b]) => b - a)
  return { sizeBytes: position, into: best?.[0], blocks }
}
