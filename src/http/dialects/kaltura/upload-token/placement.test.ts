import { describe, expect, it } from 'vitest'
import { type ChunkWords, placeChunk } from './placement.ts'

const NEW = { isPending: true, contiguousBytes: 0 }
const BEGUN = { isPending: false, contiguousBytes: 10 }
const words = (resume?: boolean, resumeAt?: number): ChunkWords => ({ resume, resumeAt })

describe('a chunk', () => {
  it.each([
    ['starts over when it says so', BEGUN, words(false, 7), 'restart'],
    ['starts over when it says so, wherever else it claims to begin', NEW, words(false), 'restart'],
    ['cannot resume what was not begun', NEW, words(true, 0), 'cannot resume'],
    ['of a new token is streamed before anybody knows what follows', NEW, words(), 'restart'],
    ['of a begun token waits for its words', BEGUN, words(), 'hold'],
    ['waits for its offset', BEGUN, words(true), 'hold'],
    ['is appended at -1', BEGUN, words(true, -1), 'append'],
    ['goes where the bytes end', BEGUN, words(true, 10), { at: 10 }],
    ['goes beyond a gap', BEGUN, words(true, 11), { at: 11 }],
    ['within what is there waits for its length', BEGUN, words(true, 9), 'hold'],
    ['has no use for fractions', BEGUN, words(true, 12.7), { at: 12 }],
  ] as const)('%s', (_, standing, said, expected) => {
    expect(placeChunk(standing, said, undefined)).toEqual(expected)
  })

  it('within what is there counts only when it reaches past the end', () => {
    expect(placeChunk(BEGUN, words(true, 8), 2)).toBe('nothing')
    expect(placeChunk(BEGUN, words(true, 8), 3)).toEqual({ at: 8 })
  })
})
