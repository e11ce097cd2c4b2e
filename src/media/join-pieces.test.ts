import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aMediaInfo } from '../../test/support/rows.ts'
import type { EncodePlan } from '../core/transcoding/encode-plan.ts'
import { planEncode } from '../core/transcoding/ladder.ts'
import type { EncodedPiece, PieceRendition } from '../core/transcoding/piece.ts'
import { joinPieces } from './join-pieces.ts'

const SEGMENT_MS = 4_000
const PLAN: EncodePlan = { ...planEncode(aMediaInfo()), durationMs: 4 * SEGMENT_MS }
const [LARGEST] = PLAN.video.map(({ name }) => name)

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-join-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

function rendition(name: string, first: number, count: number): PieceRendition {
  const segments = Array.from({ length: count }, (_, i) => ({
    file: `${name}/seg-${first + i}-a.m4s`,
    durationMs: SEGMENT_MS,
    sizeBytes: 1_000,
  }))
  const initFile = `${name}/init-${first}-a.mp4`
  return { name, codecs: 'avc1.64001f', initFile, initBytes: 700, initDigest: `digest of ${name}`, segments }
}

const pictures = (first: number, count: number): EncodedPiece => ({
  renditions: PLAN.video.map(({ name }) => rendition(name, first, count)),
})
const SOUND: EncodedPiece = { renditions: PLAN.audio.map(({ name }) => rendition(name, 0, 4)) }

async function joinAll(...pieces: readonly EncodedPiece[]) {
  const output = await mkdtemp(join(directory, 'out-'))
  return { output, made: await joinPieces(PLAN, pieces, output, undefined) }
}

describe('pieces of a film', () => {
  it('become one package, whose playlists name one init segment and all segments in order', async () => {
    const { output, made } = await joinAll(SOUND, pictures(0, 2), pictures(2, 2))
    expect(made.renditions.map(({ name }) => name)).toEqual([...PLAN.video, ...PLAN.audio].map(({ name }) => name))
    for (const { name, files, durationMs, sizeBytes, playlist } of made.renditions) {
      expect(files).toEqual([`${name}/init-0-a.mp4`, ...[0, 1, 2, 3].map((i) => `${name}/seg-${i}-a.m4s`)])
      expect([durationMs, sizeBytes]).toEqual([16_000, 4_700])
      const text = await readFile(join(output, playlist), 'utf8')
      const named = text.split('\n').filter((line) => line.startsWith('#EXT-X-MAP') || /^seg/.test(line))
      expect(named).toEqual(['#EXT-X-MAP:URI="init-0-a.mp4"', ...[0, 1, 2, 3].map((i) => `seg-${i}-a.m4s`)])
    }
  })

  it('made by encoders that differ are not put together, and nobody’s file is blamed', async () => {
    const other = pictures(2, 2).renditions.map((one) =>
      one.name === LARGEST ? { ...one, initDigest: 'of another ffmpeg' } : one,
    )
    const output = await mkdtemp(join(directory, 'out-'))
    const joining = joinPieces(PLAN, [SOUND, pictures(0, 2), { renditions: other }], output, undefined)
    await expect(joining).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'pieces_differ' } })
    expect(await readdir(output)).toEqual([])
  })

  it('that are too short together are a damaged film', async () => {
    await expect(joinAll(SOUND, pictures(0, 2), pictures(2, 1))).rejects.toMatchObject({
      code: 'media_refused',
      details: { reason: 'damaged' },
    })
  })

  it('of which one size was cut elsewhere are a mistake of ours', async () => {
    const [one, ...others] = pictures(2, 3).renditions.map((made, i) => (i === 0 ? made : rendition(made.name, 2, 2)))
    const last = { renditions: one === undefined ? others : [one, ...others] }
    await expect(joinAll(SOUND, pictures(0, 2), last)).rejects.toThrow('not cut at the same places')
  })
})
