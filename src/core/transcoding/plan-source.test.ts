import { describe, expect, it } from 'vitest'
import { aMediaInfo } from '../../../test/support/rows.ts'
import { earlyPart, playsEarly } from './early-part.ts'
import type { EncodePlan } from './encode-plan.ts'
import { planMissing, planSource } from './plan-source.ts'
import { DEFAULT_PROFILE, type ProfileSettings } from './profile.ts'
import { chooseTreatment, type Treatment } from './treatment.ts'

const FILM = aMediaInfo({ durationMs: 600_000 })
const NO_WISH = { workflowKey: undefined, profileKey: undefined, encrypt: false, audioOnly: false, passthrough: false }
const STANDARD = chooseTreatment(NO_WISH)

const of = (own: Partial<ProfileSettings['video']>): ProfileSettings => ({
  ...DEFAULT_PROFILE,
  video: { ...DEFAULT_PROFILE.video, ...own },
})
const sides = (...all: number[]) => of({ steps: all.map((shorterSidePx) => ({ shorterSidePx })) })
const names = ({ video, audio }: EncodePlan) => [...video, ...audio].map(({ name }) => name)

describe('a film', () => {
  const early = (own: Partial<Treatment>, info = FILM) => playsEarly(info, { ...STANDARD, ...own }, 120_000)

  it('plays early from a certain length on, if it gets several sizes', () => {
    expect(early({})).toBe(true)
    expect(early({}, aMediaInfo({ durationMs: 120_000 }))).toBe(true)
    expect(early({}, aMediaInfo({ durationMs: 119_999 }))).toBe(false)
    expect(playsEarly(FILM, STANDARD, undefined)).toBe(false)
    expect(early({ profile: sides(360) })).toBe(false)
    expect(early({ profile: { ...sides(360), video: { ...sides(360).video, codecs: ['h264', 'hevc'] } } })).toBe(false)
  })

  it.each([
    ['what has only sound', { delivery: 'audio' as const }, FILM],
    ['a file without pictures', {}, aMediaInfo({ durationMs: 600_000, video: undefined })],
    ['what is passed through', { delivery: 'passthrough' as const }, FILM],
    ['a film into which texts are drawn, which may change', { burnInLanguage: 'ko' }, FILM],
  ])('does not, if it is %s', (_, own, info) => {
    expect(early(own, info)).toBe(false)
  })

  it('plays first in its smallest size and plainest codec, with all sounds', () => {
    const profile = { ...STANDARD.profile, video: { ...STANDARD.profile.video, codecs: ['hevc', 'h264'] as const } }
    const { plan } = planSource(FILM, { ...STANDARD, profile }, ['h264', 'hevc'])
    expect(names(plan)).toEqual(['360p-hevc', '240p-hevc', '360p', '240p', 'audio'])
    expect(names(earlyPart(plan))).toEqual(['240p', 'audio'])
    const { plan: hevc } = planSource(FILM, { ...STANDARD, profile: of({ codecs: ['hevc'] }) }, ['h264', 'hevc'])
    expect(names(earlyPart(hevc))).toEqual(['240p-hevc', 'audio'])
  })
})

describe('the plan for a source', () => {
  const wish = (profileKey: string, profile: ProfileSettings) => ({ profileKey, profile })

  it('has what its own profile and those asked for besides make, the largest picture first, each once', () => {
    const treatment = { ...STANDARD, profile: sides(240), further: [wish('a', sides(360, 240)), wish('b', sides(144))] }
    const { plan, names: wishes } = planSource(FILM, treatment, ['h264'])
    expect(names(plan)).toEqual(['360p', '240p', '144p', 'audio'])
    expect([...wishes]).toEqual([
      ['a', ['360p']],
      ['b', ['144p']],
    ])
  })

  it('cuts all of it at the same pictures, whatever frame rates the profiles allow', () => {
    const slow = { ...sides(144), video: { ...sides(144).video, maxFrameRate: 15 } }
    const { plan } = planSource(FILM, { ...STANDARD, further: [wish('slow', slow)] }, ['h264'])
    expect(plan.video.map(({ frameRate }) => frameRate)).toEqual([30, 30, 30])
  })

  it('lacks, while the film plays early, everything but what is there', () => {
    const treatment = { ...STANDARD, further: [wish('b', sides(144))] }
    const there = [{ name: '240p' }, { name: 'audio' }] as never
    const { plan, names: wishes } = planMissing({ media: FILM, treatment, readyAtMs: undefined }, there, ['h264'])
    expect(names(plan)).toEqual(['360p', '144p'])
    expect([...wishes]).toEqual([['b', ['144p']]])
  })

  it('lacks, once it is ready, what was asked for since', () => {
    const treatment = { ...STANDARD, further: [{ ...wish('a', sides(288)), made: ['288p'] }, wish('b', sides(144))] }
    const there = [{ name: '240p' }, { name: 'audio' }] as never
    const { plan } = planMissing({ media: FILM, treatment, readyAtMs: 1 }, there, ['h264'])
    expect(names(plan)).toEqual(['144p'])
  })
})
