import { DomainError } from '../errors.ts'
import type { ProfileId, ProjectId } from '../ids.ts'

/** H.264 plays everywhere; the others are offered beside it, where this machine's ffmpeg has an encoder for them. */
export const VIDEO_CODECS = ['h264', 'hevc', 'av1', 'vp9'] as const
export type VideoCodec = (typeof VIDEO_CODECS)[number]

/**
 * How viewers get a source. `adaptive`: HLS with a ladder. `audio`: its sound alone, as HLS. `passthrough`: the
 * original file, as it came.
 */
export const DELIVERIES = ['adaptive', 'audio', 'passthrough'] as const
export type Delivery = (typeof DELIVERIES)[number]

/** A step of a ladder as somebody asks for it; what exceeds the source is left out. */
export type LadderStep = Readonly<{
  /** Of the picture's shorter side, so that portrait and landscape mean the same. */
  shorterSidePx: number
  /** Bits per second at most; the server's own choice for the size when absent. */
  maxBitRate?: number
}>

/** Encoding settings: what viewers get, in which sizes and codecs. */
export type ProfileSettings = Readonly<{
  delivery: Delivery
  video: Readonly<{
    /** Each makes a ladder of its own, from the same decode. */
    codecs: readonly VideoCodec[]
    /** From the largest to the smallest; empty: chosen from the source, up to `maxShorterSidePx`. */
    steps: readonly LadderStep[]
    maxShorterSidePx: number
    /** x264's constant rate factor, 0…51: the quality aimed at, lower is better. Other codecs follow it. */
    rateFactor: number
    maxFrameRate: number
  }>
  audio: Readonly<{
    /** Bits per second at most, the best one first. Films take the first; sound alone gets a rendition for each. */
    bitRates: readonly number[]
    /** `default`: the source's default track alone; `all`: each of them, for the viewer to choose from. */
    tracks: 'default' | 'all'
  }>
  segmentDurationMs: number
  /** An MP4 file of each rendition besides, for downloads; never made of encrypted packages. */
  downloads: boolean
}>

/** A project's own profile. A project's profile of a built-in one's key takes its place. */
export type Profile = Readonly<{
  id: ProfileId
  projectId: ProjectId
  /** Stable, in the project: [A-Za-z0-9._-]{1,64}. What tokens, categories and dialects name. */
  key: string
  name: string
  settings: ProfileSettings
  createdAtMs: number
  updatedAtMs: number
}>

export const DEFAULT_PROFILE: ProfileSettings = {
  delivery: 'adaptive',
  video: { codecs: ['h264'], steps: [], maxShorterSidePx: 1080, rateFactor: 23, maxFrameRate: 60 },
  audio: { bitRates: [128_000], tracks: 'all' },
  segmentDurationMs: 4000,
  downloads: false,
}

export const STANDARD_KEY = 'standard'

/** What every project has from the start. */
export const BUILT_IN_PROFILES: Readonly<Record<string, Readonly<{ name: string; settings: ProfileSettings }>>> = {
  [STANDARD_KEY]: { name: 'Standard: H.264 up to 1080p', settings: DEFAULT_PROFILE },
  'ultra-hd': {
    name: 'Ultra HD: H.264 up to 2160p',
    settings: { ...DEFAULT_PROFILE, video: { ...DEFAULT_PROFILE.video, maxShorterSidePx: 2160 } },
  },
  mobile: {
    name: 'Mobile: H.264 up to 480p',
    settings: { ...DEFAULT_PROFILE, video: { ...DEFAULT_PROFILE.video, maxShorterSidePx: 480, rateFactor: 25 } },
  },
  efficient: {
    name: 'Efficient: H.264 and HEVC up to 1080p',
    settings: { ...DEFAULT_PROFILE, video: { ...DEFAULT_PROFILE.video, codecs: ['h264', 'hevc'] } },
  },
  download: { name: 'Download: standard, with MP4 files', settings: { ...DEFAULT_PROFILE, downloads: true } },
  audio: {
    name: 'Audio: the sound alone',
    settings: { ...DEFAULT_PROFILE, delivery: 'audio', audio: { bitRates: [128_000, 64_000], tracks: 'default' } },
  },
  passthrough: { name: 'Passthrough: the original file', settings: { ...DEFAULT_PROFILE, delivery: 'passthrough' } },
}

export const KEY_PATTERN = /^[A-Za-z0-9._-]{1,64}$/
const MAX_NAME = 255
const MAX_STEPS = 8
const RANGES = {
  shorterSidePx: [64, 4320],
  maxBitRate: [50_000, 100_000_000],
  rateFactor: [10, 45],
  maxFrameRate: [1, 120],
  audioBitRate: [32_000, 512_000],
  segmentDurationMs: [1_000, 10_000],
} as const

/** Throws invalid_argument, naming what is wrong, for a key or a name that cannot be. */
export function assertKeyAndName(key: string, name: string): void {
  if (!KEY_PATTERN.test(key)) {
    throw refused('key', 'A key has 1 to 64 letters, digits, dots, hyphens and underscores.')
  }
  if (name.length < 1 || name.length > MAX_NAME) throw refused('name', `A name has 1 to ${MAX_NAME} characters.`)
}

/** Throws invalid_argument, naming the setting, for settings that no encoder could follow. */
export function assertProfile(settings: ProfileSettings): void {
  const { video, audio } = settings
  if (!DELIVERIES.includes(settings.delivery)) throw refused('delivery', `There is no delivery "${settings.delivery}".`)
  if (video.codecs.length === 0 || new Set(video.codecs).size !== video.codecs.length) {
    throw refused('video.codecs', 'Name at least one codec, and each of them once.')
  }
  for (const codec of video.codecs) {
    if (!VIDEO_CODECS.includes(codec)) throw refused('video.codecs', `There is no codec "${codec}".`)
  }
  if (video.steps.length > MAX_STEPS) throw refused('video.steps', `A ladder has at most ${MAX_STEPS} steps.`)
  for (const [i, step] of video.steps.entries()) {
    within('video.steps.shorterSidePx', step.shorterSidePx, RANGES.shorterSidePx)
    if (step.shorterSidePx % 2 !== 0) throw refused('video.steps.shorterSidePx', 'The side of a step is even.')
    if (step.maxBitRate !== undefined) within('video.steps.maxBitRate', step.maxBitRate, RANGES.maxBitRate)
    const larger = video.steps[i - 1]
    if (larger !== undefined && larger.shorterSidePx <= step.shorterSidePx) {
      throw refused('video.steps', 'Steps go from the largest to the smallest, each size once.')
    }
  }
  within('video.maxShorterSidePx', video.maxShorterSidePx, RANGES.shorterSidePx)
  within('video.rateFactor', video.rateFactor, RANGES.rateFactor)
  within('video.maxFrameRate', video.maxFrameRate, RANGES.maxFrameRate)
  if (audio.bitRates.length < 1 || audio.bitRates.length > 4) {
    throw refused('audio.bitRates', 'Name one to four bit rates.')
  }
  for (const [i, bitRate] of audio.bitRates.entries()) {
    within('audio.bitRates', bitRate, RANGES.audioBitRate)
    if (bitRate >= (audio.bitRates[i - 1] ?? Number.POSITIVE_INFINITY)) {
      throw refused('audio.bitRates', 'Bit rates go from the highest to the lowest, each once.')
    }
  }
  within('segmentDurationMs', settings.segmentDurationMs, RANGES.segmentDurationMs)
}

function within(name: string, value: number, [least, most]: readonly [number, number]): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw refused(name, `${name} is a whole number from ${least} to ${most}.`)
  }
}

export function refused(setting: string, message: string): DomainError {
  return new DomainError('invalid_argument', message, { details: { setting } })
}
