/** Where a token stands, as far as placing a chunk goes. */
export type Standing = Readonly<{ isPending: boolean; contiguousBytes: number }>

/** What a request says about its chunk; undefined while it may still say it behind the file. */
export type ChunkWords = Readonly<{ resume: boolean | undefined; resumeAt: number | undefined }>

/**
 * `restart`: the file becomes this body. `append`: behind what is there. `at`: from this byte on. `nothing`: all of it
 * is there already. `hold`: it depends on what is still to come, or on the chunk's length, so it has to be kept first.
 */
export type Placement = 'restart' | 'append' | 'hold' | 'nothing' | 'cannot resume' | Readonly<{ at: number }>

/**
 * Decides where a chunk goes. `chunkBytes` is known once it has been held. Source: docs/dialects/kaltura.md#upload.
 */
export function placeChunk(standing: Standing, words: ChunkWords, chunkBytes: number | undefined): Placement {
  const { resume, resumeAt } = words
  if (resume === false) return 'restart'
  // Nothing can be lost: whatever `resume` turns out to be, it is the beginning of the file or an error.
  if (standing.isPending) return resume === true ? 'cannot resume' : 'restart'
  if (resume === undefined || resumeAt === undefined) return 'hold'
  if (resumeAt < 0) return 'append'
  const at = Math.trunc(resumeAt)
  if (at >= standing.contiguousBytes) return { at }
  if (chunkBytes === undefined) return 'hold'
  return at + chunkBytes > standing.contiguousBytes ? { at } : 'nothing'
}
