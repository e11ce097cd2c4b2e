import { describe, expect, it } from 'vitest'
import { aMediaInfo } from '../../../test/support/rows.ts'
import type { Rendition } from '../library/asset.ts'
import { inPlayingOrder, planFurther } from './further-renditions.ts'
import { DEFAULT_PROFILE, type ProfileSettings } from './profile.ts'

const INFO = aMediaInfo()
const of = (...sides: number[]): ProfileSettings => ({
  ...DEFAULT_PROFILE,
  segmentDurationMs: 2_000,
  video: { ...DEFAULT_PROFILE.video, steps: sides.map((shorterSidePx) => ({ shorterSidePx })) },
})
const known = (...names: string[]) => ({ segmentDurationMs: 4_000, renditions: names.map((name) => ({ name })) })

describe('planFurther', () => {
  it('adds the pictures that are not there yet, in segments as long as those that are', () => {
    const wanted = [{ profileKey: 'small', profile: of(360, 240, 144) }]
    const { plan, names } = planFurther(INFO, wanted, known('360p'), ['h264'])
    expect(plan.video.map(({ name }) => name)).toEqual(['240p', '144p'])
    expect(plan).toMatchObject({ audio: [], segmentDurationMs: 4_000, durationMs: INFO.durationMs })
    expect(names).toEqual(new Map([['small', ['240p', '144p']]]))
  })

  it('makes what several ask for once', () => {
    const wanted = [
      { profileKey: 'a', profile: of(240) },
      { profileKey: 'b', profile: of(240, 144) },
    ]
    const { plan, names } = planFurther(INFO, wanted, known('360p'), ['h264'])
    expect(plan.video.map(({ name }) => name)).toEqual(['240p', '144p'])
    expect([...names]).toEqual([
      ['a', ['240p']],
      ['b', ['144p']],
    ])
  })

  it('begins with the largest picture, of which the encoder makes the others', () => {
    const wanted = [
      { profileKey: 'a', profile: of(144) },
      { profileKey: 'b', profile: of(240) },
    ]
    const { plan } = planFurther(INFO, wanted, known('360p'), ['h264'])
    expect(plan.video.map(({ name }) => name)).toEqual(['240p', '144p'])
  })

  it('counts another codec as another rendition, where there is an encoder for it', () => {
    const profile: ProfileSettings = { ...of(360), video: { ...of(360).video, codecs: ['h264', 'hevc'] } }
    const plan = (encoders: readonly ('h264' | 'hevc')[]) =>
      planFurther(INFO, [{ profileKey: 'a', profile }], known('360p'), encoders).plan.video.map(({ name }) => name)
    expect(plan(['h264', 'hevc'])).toEqual(['360p-hevc'])
    expect(plan(['h264'])).toEqual([])
  })

  it('plans nothing where nothing is asked for', () => {
    const { plan, names } = planFurther(INFO, [], known(), ['h264'])
    expect([plan.video, names.size]).toEqual([[], 0])
  })
})

it('renditions are played from the largest to the smallest, codec by codec, with sounds behind', () => {
  const rendition = (name: string, heightPx?: number) => ({ name, heightPx, widthPx: heightPx }) as Rendition
  const names = inPlayingOrder([
    rendition('720p', 720),
    rendition('audio'),
    rendition('720p-hevc', 720),
    rendition('1080p', 1080),
    rendition('144p', 144),
  ]).map(({ name }) => name)
  expect(names).toEqual(['1080p', '720p', '144p', '720p-hevc', 'audio'])
})
