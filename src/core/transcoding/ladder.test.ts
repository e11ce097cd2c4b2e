import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDomainError } from '../errors.ts'
import { planEncode } from './ladder.ts'
import type { AudioStream, MediaInfo, VideoStream } from './media-info.ts'
import { posterTimeMs } from './poster-time.ts'
import { DEFAULT_PROFILE, type ProfileSettings } from './profile.ts'

function video(widthPx: number, heightPx: number, more: Partial<VideoStream> = {}): VideoStream {
  return {
    streamIndex: 0,
    codec: 'h264',
    widthPx,
    heightPx,
    frameRate: 30,
    peakFrameRate: 30,
    rotationDegrees: 0,
    pixelFormat: 'yuv420p',
    colorMatrix: 'bt709',
    isHdr: false,
    isInterlaced: false,
    bitRate: 50_000_000,
    endMs: 10_000,
    ...more,
  }
}

function audio(more: Partial<AudioStream> = {}): AudioStream {
  const base = { streamIndex: 1, codec: 'aac', channels: 2, sampleRateHz: 48_000, language: undefined, isDefault: true }
  return { ...base, bitRate: 256_000, endMs: 10_000, ...more }
}

function source(picture: VideoStream | undefined, sound: AudioStream[] = [audio()]): MediaInfo {
  return {
    container: 'mov,mp4,m4a,3gp,3g2,mj2',
    contentType: 'video/mp4',
    durationMs: 10_000,
    sizeBytes: 10_000_000,
    bitRate: 8_000_000,
    video: picture,
    audio: sound,
    coverStreamIndex: undefined,
  }
}

const withVideo = (own: Partial<ProfileSettings['video']>): ProfileSettings => ({
  ...DEFAULT_PROFILE,
  video: { ...DEFAULT_PROFILE.video, ...own },
})
const sizes = (info: MediaInfo) => planEncode(info).video.map((step) => `${step.name} ${step.widthPx}x${step.heightPx}`)

describe('planEncode', () => {
  it.each([
    ['full HD', 1920, 1080, ['1080p 1920x1080', '720p 1280x720', '480p 854x480', '360p 640x360', '240p 426x240']],
    ['720p', 1280, 720, ['720p 1280x720', '480p 854x480', '360p 640x360', '240p 426x240']],
    ['2160p, capped', 3840, 2160, ['1080p 1920x1080', '720p 1280x720', '480p 854x480', '360p 640x360', '240p 426x240']],
    ['portrait', 1080, 1920, ['1080p 1080x1920', '720p 720x1280', '480p 480x854', '360p 360x640', '240p 240x426']],
    ['cinema', 1920, 800, ['800p 1920x800', '480p 1152x480', '360p 864x360', '240p 576x240']],
    ['the smallest step', 426, 240, ['240p 426x240']],
    ['tiny', 160, 120, ['120p 160x120']],
    ['odd sides', 641, 361, ['360p 640x360', '240p 426x240']],
    ['one pixel', 1, 1, ['2p 2x2']],
    ['very wide', 8000, 1000, ['512p 4096x512', '360p 2880x360', '240p 1920x240']],
  ])('makes the ladder for %s', (_, widthPx, heightPx, expected) => {
    expect(sizes(source(video(widthPx, heightPx)))).toEqual(expected)
  })

  it('goes higher when it is told to', () => {
    const plan = planEncode(source(video(3840, 2160)), withVideo({ maxShorterSidePx: 2160 }))
    expect(plan.video.map((step) => step.name)).toEqual(['2160p', '1440p', '1080p', '720p', '480p', '360p', '240p'])
  })

  it('never exceeds the source and always gives even, distinct, falling steps', () => {
    const side = fc.integer({ min: 2, max: 9000 })
    const rate = fc.double({ min: 1, max: 1000, noNaN: true })
    const bitRate = fc.option(fc.integer({ min: 100_000, max: 100_000_000 }), { nil: undefined })
    fc.assert(
      fc.property(side, side, rate, bitRate, (widthPx, heightPx, peakFrameRate, sourceBitRate) => {
        const { video: steps } = planEncode(source(video(widthPx, heightPx, { peakFrameRate, bitRate: sourceBitRate })))
        expect(steps.length).toBeGreaterThan(0)
        expect(new Set(steps.map((step) => step.name)).size).toBe(steps.length)
        steps.forEach((step, i) => {
          expect(step.name).toMatch(/^[a-z0-9-]{1,32}$/)
          expect([step.widthPx % 2, step.heightPx % 2]).toEqual([0, 0])
          expect(step.widthPx).toBeLessThanOrEqual(widthPx)
          expect(step.heightPx).toBeLessThanOrEqual(heightPx)
          expect(step.frameRate).toBeLessThanOrEqual(Math.min(peakFrameRate, 60.5))
          expect(step.frameRate).toBeGreaterThan(Math.min(peakFrameRate, 60.5) / 2 - 1e-9)
          expect(step.maxBitRate).toBeLessThanOrEqual(sourceBitRate ?? Number.POSITIVE_INFINITY)
          const larger = steps[i - 1]
          if (larger === undefined) return
          expect(step.widthPx * step.heightPx).toBeLessThan(larger.widthPx * larger.heightPx)
          expect(step.maxBitRate).toBeLessThanOrEqual(larger.maxBitRate)
        })
      }),
    )
  })

  it.each([
    [30_000 / 1001, 30_000 / 1001],
    [60, 60],
    [60_000 / 1001, 60_000 / 1001],
    [120, 60],
    [120_000 / 1001, 60_000 / 1001],
    [144, 48],
    [240, 60],
  ])('turns %d frames per second into %d', (peakFrameRate, expected) => {
    expect(planEncode(source(video(640, 360, { peakFrameRate }))).video[0]?.frameRate).toBeCloseTo(expected, 9)
  })

  it.each([
    ['slides', 0.5, 15],
    ['one picture that lasts a day', 1 / 86_400, 1],
    ['a screen recording', 5, 30],
  ])('does not fill %s with copies beyond measure', (_, frameRate, expected) => {
    expect(planEncode(source(video(640, 360, { frameRate }))).video[0]?.frameRate).toBe(expected)
  })

  it('lets a codec that is twice as efficient cost twice its bits', () => {
    const [plain] = planEncode(source(video(1920, 1080, { bitRate: 1_000_000 }))).video
    const [efficient] = planEncode(source(video(1920, 1080, { bitRate: 1_000_000, codec: 'hevc' }))).video
    expect([plain?.maxBitRate, efficient?.maxBitRate]).toEqual([1_000_000, 2_000_000])
  })

  it('gives fast pictures more bits', () => {
    const [slow] = planEncode(source(video(1920, 1080))).video
    const [fast] = planEncode(source(video(1920, 1080, { peakFrameRate: 60 }))).video
    expect([slow?.maxBitRate, fast?.maxBitRate]).toEqual([5_000_000, 7_500_000])
  })

  it('holds the last picture when the sound goes on for more than a frame', () => {
    const holds = (endMs: number) => planEncode(source(video(640, 360, { endMs }))).videoInput?.holdLastFrameMs
    expect([holds(4000), holds(9980), holds(10_000)]).toEqual([6000, 0, 0])
  })

  it('plans without sound for a silent source', () => {
    const plan = planEncode(source(video(640, 360), []))
    expect(plan.audio).toEqual([])
    expect(plan.video).toHaveLength(2)
  })

  it('plans no pictures for sound alone', () => {
    const plan = planEncode(source(undefined))
    expect(plan.video).toEqual([])
    expect(plan.videoInput).toBeUndefined()
    expect(plan.audio).toMatchObject([{ name: 'audio', bitRate: 128_000, sampleRateHz: 48_000, channels: 2 }])
  })

  it.each([
    ['surround', { channels: 6, bitRate: 640_000 }, { bitRate: 128_000, sampleRateHz: 48_000, channels: 2 }],
    [
      'mono speech',
      { channels: 1, sampleRateHz: 8000, bitRate: 12_000 },
      { bitRate: 48_000, sampleRateHz: 48_000, channels: 1 },
    ],
    ['CD rate', { sampleRateHz: 44_100, bitRate: undefined }, { bitRate: 128_000, sampleRateHz: 44_100, channels: 2 }],
    ['a thin stream', { bitRate: 96_000 }, { bitRate: 96_000, sampleRateHz: 48_000, channels: 2 }],
    [
      'lossless speech',
      { codec: 'pcm_u8', channels: 1, sampleRateHz: 11_025, bitRate: 8000 },
      { bitRate: 80_000, sampleRateHz: 44_100, channels: 1 },
    ],
  ])('chooses the sound for %s', (_, more, expected) => {
    expect(planEncode(source(undefined, [audio(more)])).audio).toMatchObject([expected])
  })

  it('takes the sound that the file calls its default one', () => {
    const sound = [audio({ streamIndex: 1, isDefault: false }), audio({ streamIndex: 2 })]
    expect(planEncode(source(video(640, 360), sound)).audio[0]?.streamIndex).toBe(2)
    expect(
      planEncode(source(video(640, 360), [audio({ streamIndex: 3, isDefault: false })])).audio[0]?.streamIndex,
    ).toBe(3)
  })

  it('makes the steps that a profile names, as far as the source reaches', () => {
    const profile = withVideo({ steps: [{ shorterSidePx: 1080 }, { shorterSidePx: 540, maxBitRate: 700_000 }] })
    const plan = planEncode(source(video(1280, 720)), profile)
    expect(plan.video.map(({ name, maxBitRate }) => [name, maxBitRate])).toEqual([['540p', 700_000]])
    expect(planEncode(source(video(320, 180)), profile).video.map(({ name }) => name)).toEqual(['180p'])
  })

  it('makes a ladder for each codec that this machine has, and H.264 where it has none of them', () => {
    const names = (encoders: ('h264' | 'hevc')[], codecs: ('h264' | 'hevc')[]) =>
      planEncode(source(video(426, 240)), withVideo({ codecs }), encoders).video.map(({ name }) => name)
    expect(names(['h264', 'hevc'], ['h264', 'hevc'])).toEqual(['240p', '240p-hevc'])
    expect(names(['h264'], ['h264', 'hevc'])).toEqual(['240p'])
    expect(names(['h264'], ['hevc'])).toEqual(['240p'])
  })

  it('keeps the sound alone when that is asked for, and refuses a film that has none', () => {
    const profile: ProfileSettings = { ...DEFAULT_PROFILE, delivery: 'audio' }
    const plan = planEncode(source(video(640, 360)), profile)
    expect([plan.videoInput, plan.video, plan.audio.length]).toEqual([undefined, [], 1])
    expect(() => planEncode(source(video(640, 360), []), profile)).toThrow('no sound, and only that was asked for')
  })

  it('offers every sound of a film, or the default one alone', () => {
    const sound = [audio({ streamIndex: 1, isDefault: false, language: 'eng' }), audio({ streamIndex: 2 })]
    const tracks = (kind: 'all' | 'default') =>
      planEncode(source(video(640, 360), sound), {
        ...DEFAULT_PROFILE,
        audio: { bitRates: [128_000], tracks: kind },
      }).audio.map(({ name, streamIndex }) => [name, streamIndex])
    expect(tracks('all')).toEqual([
      ['audio', 2],
      ['audio-2', 1],
    ])
    expect(tracks('default')).toEqual([['audio', 2]])
  })

  it('refuses a source with nothing in it', () => {
    expect(() => planEncode(source(undefined, []))).toThrow(
      expect.toSatisfy((error) => isDomainError(error, 'media_refused') && error.details['reason'] === 'no_streams'),
    )
  })

  it('survives being stored as JSON', () => {
    const plan = planEncode(source(video(1920, 1080)))
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
  })
})

describe('posterTimeMs', () => {
  it.each([
    [0, 0],
    [2005, 200],
    [60_000, 6000],
    [7_200_000, 10_000],
  ])('takes the poster of %d ms at %d ms', (durationMs, expected) => {
    expect(posterTimeMs({ durationMs })).toBe(expected)
  })
})
