import type { AudioStep, EncodePlan, VideoInput, VideoStep } from './encode-plan.ts'
import type { AudioStream, MediaInfo, VideoStream } from './media-info.ts'
import { DEFAULT_PROFILE, type ProfileSettings, type VideoCodec } from './profile.ts'
import { mediaRefused } from './refusal.ts'

/** Shorter sides a player can choose from below the largest rendition. */
const RUNGS_PX = [2160, 1440, 1080, 720, 480, 360, 240]
/** A step must be this much smaller than the largest one to be worth encoding. */
const WORTHWHILE_STEP = 0.8
const MAX_LONGER_SIDE_PX = 4096
const SLOWEST_FRAME_RATE = 1
const MAX_COPIES_PER_PICTURE = 30
/** Rates above this cost half as much again. */
const FAST_FRAME_RATE = 31

/** What 1920×1080 at 30 frames per second may cost; other sizes follow by a power of their area. */
const REFERENCE_BIT_RATE = 5_000_000
const REFERENCE_PIXELS = 1920 * 1080
const AREA_EXPONENT = 0.75
const LOWEST_VIDEO_BIT_RATE = 60_000
/** Codecs that reach the same quality with about half the bits H.264 needs. */
const EFFICIENT_CODECS = new Set(['hevc', 'vp9', 'av1', 'vvc'])

const LOWEST_AUDIO_BIT_RATE = 48_000
/** One channel needs this share of what two need. */
const MONO_SHARE = 0.625
/** More tracks than this are not offered for choice. */
const MAX_AUDIO_TRACKS = 16
const LOSSLESS_AUDIO = /^(pcm_|flac$|alac$|wavpack$|truehd$|mlp$|tta$|ape$)/

/** What other codecs need of H.264's bits for the same picture, and how their scales of quality compare with x264's. */
const CODECS: Readonly<Record<VideoCodec, Readonly<{ share: number; rateFactorShift: number }>>> = {
  h264: { share: 1, rateFactorShift: 0 },
  hevc: { share: 0.6, rateFactorShift: 4 },
  vp9: { share: 0.65, rateFactorShift: 10 },
  av1: { share: 0.5, rateFactorShift: 12 },
}

/**
 * Decides the renditions of a source, from the largest to the smallest. Never above the source in size and frame
 * rate; the bit rate never above that of the source either (twice it where the source's codec is twice as efficient
 * as H.264). The largest rendition has the source's own size, made even, up to the profile's largest; steps are counted
 * by the shorter side, so portrait and landscape get the same names. A source below the smallest step gets one
 * rendition. Codecs that this machine has no encoder for (`encoders` is what it has) are left out; H.264 it always
 * has. Throws DomainError('media_refused', no_streams) when there is nothing to encode.
 */
export function planEncode(
  info: MediaInfo,
  profile: ProfileSettings = DEFAULT_PROFILE,
  encoders: readonly VideoCodec[] = ['h264'],
): EncodePlan {
  const video = profile.delivery === 'audio' ? undefined : info.video
  const audio = audioSteps(info.audio, video !== undefined, profile)
  if (video === undefined && audio.length === 0) {
    const what = info.video === undefined ? 'neither pictures nor sound' : 'no sound, and only that was asked for'
    throw mediaRefused('no_streams', `The file has ${what}.`)
  }
  const input = video && videoInput(video, info.durationMs, profile)
  return {
    videoInput: input,
    video: video === undefined ? [] : videoSteps(video, video.bitRate ?? info.bitRate, profile, encoders),
    audio,
    segmentDurationMs: profile.segmentDurationMs,
    durationMs: info.durationMs,
  }
}

function videoInput(video: VideoStream, durationMs: number, profile: ProfileSettings): VideoInput {
  const restMs = durationMs - video.endMs
  return {
    streamIndex: video.streamIndex,
    colorMatrix: video.colorMatrix,
    isHdr: video.isHdr,
    isInterlaced: video.isInterlaced,
    holdLastFrameMs: restMs > 1000 / outputFrameRate(video, profile) ? Math.round(restMs) : 0,
  }
}

function videoSteps(
  video: VideoStream,
  sourceBitRate: number | undefined,
  profile: ProfileSettings,
  encoders: readonly VideoCodec[],
): VideoStep[] {
  const frameRate = outputFrameRate(video, profile)
  const sizes = stepSizes(video, profile)
  const ceiling = sourceBitRate === undefined ? undefined : sourceBitRate * (EFFICIENT_CODECS.has(video.codec) ? 2 : 1)
  const usual = usualBitRate(sizes[0] ?? video, frameRate)
  const scarcity = Math.min(1, (ceiling ?? Number.POSITIVE_INFINITY) / usual)
  const available = profile.video.codecs.filter((codec) => encoders.includes(codec))
  return (available.length > 0 ? available : ['h264' as const]).flatMap((codec) =>
    sizes.map((size) => {
      const { share, rateFactorShift } = CODECS[codec]
      const own = Math.min(usualBitRate(size, frameRate) * scarcity, size.maxBitRate ?? Number.POSITIVE_INFINITY)
      const maxBitRate = Math.max(LOWEST_VIDEO_BIT_RATE, Math.floor((own * share) / 1000) * 1000)
      const side = `${Math.min(size.widthPx, size.heightPx)}p`
      return {
        name: codec === 'h264' ? side : `${side}-${codec}`,
        codec,
        widthPx: size.widthPx,
        heightPx: size.heightPx,
        frameRate,
        rateFactor: profile.video.rateFactor + rateFactorShift,
        maxBitRate,
        bufferBits: maxBitRate * 1.5,
      }
    }),
  )
}

type StepSize = Size & Readonly<{ maxBitRate: number | undefined }>

/** Those that the profile names and the source reaches, else the usual ones below the largest. At least one. */
function stepSizes(video: VideoStream, { video: settings }: ProfileSettings): StepSize[] {
  const named = settings.steps.map(({ shorterSidePx, maxBitRate }) => ({
    ...fitSize(video, shorterSidePx),
    shorterSidePx,
    maxBitRate,
  }))
  if (named.length > 0) {
    const shorterSidePx = Math.min(video.widthPx, video.heightPx)
    const reached = named.filter((step) => step.shorterSidePx <= shorterSidePx)
    const kept = reached.length > 0 ? reached : named.slice(-1)
    return kept.map(({ widthPx, heightPx, maxBitRate }) => ({ widthPx, heightPx, maxBitRate }))
  }
  const largest = fitSize(video, settings.maxShorterSidePx)
  const largestSide = Math.min(largest.widthPx, largest.heightPx)
  const rungs = RUNGS_PX.filter((rung) => rung <= largestSide * WORTHWHILE_STEP)
  return [largest, ...rungs.map((rung) => fitSize(video, rung))].map((size) => ({ ...size, maxBitRate: undefined }))
}

/** The shorter sides that a profile can make of a source that is large enough, from the largest to the smallest. */
export function offeredSides({ delivery, video }: ProfileSettings): readonly number[] {
  if (delivery !== 'adaptive') return []
  if (video.steps.length > 0) return video.steps.map(({ shorterSidePx }) => shorterSidePx)
  return RUNGS_PX.filter((rung) => rung <= video.maxShorterSidePx)
}

type Size = Readonly<{ widthPx: number; heightPx: number }>

/** The source's size with the shorter side at most `shorterSidePx`, both sides even and never enlarged. */
function fitSize(source: Size, shorterSidePx: number): Size {
  const shorter = Math.min(source.widthPx, source.heightPx)
  const longer = Math.max(source.widthPx, source.heightPx)
  const scale = Math.min(1, shorterSidePx / shorter, MAX_LONGER_SIDE_PX / longer)
  return { widthPx: evenAtMost(source.widthPx, scale), heightPx: evenAtMost(source.heightPx, scale) }
}

/** The even number nearest to the scaled length that does not exceed the original one. H.264 needs at least 2. */
function evenAtMost(lengthPx: number, scale: number): number {
  const nearest = 2 * Math.round((lengthPx * scale) / 2)
  return Math.max(2, nearest > lengthPx ? 2 * Math.floor(lengthPx / 2) : nearest)
}

function usualBitRate(size: Size, frameRate: number): number {
  const area = (size.widthPx * size.heightPx) / REFERENCE_PIXELS
  return REFERENCE_BIT_RATE * area ** AREA_EXPONENT * (frameRate > FAST_FRAME_RATE ? 1.5 : 1)
}

/**
 * The source's rate, or the largest whole fraction of it that is not above the cap. A film that hardly ever changes
 * (slides, or one picture said to last a day) does not get its short bursts at full rate: every second of it would
 * be filled with copies that cost as much as pictures.
 */
function outputFrameRate(video: VideoStream, profile: ProfileSettings): number {
  const tolerated = profile.video.maxFrameRate + 0.5
  const shown = video.peakFrameRate / Math.ceil(video.peakFrameRate / tolerated)
  return Math.min(shown, Math.max(SLOWEST_FRAME_RATE, video.frameRate * MAX_COPIES_PER_PICTURE))
}

/** Beside pictures: the tracks to choose from, the default one first. Alone: the default track in each bit rate. */
function audioSteps(tracks: readonly AudioStream[], isFilm: boolean, { audio }: ProfileSettings): AudioStep[] {
  const main = tracks.find((stream) => stream.isDefault) ?? tracks[0]
  if (main === undefined) return []
  const [best = LOWEST_AUDIO_BIT_RATE] = audio.bitRates
  if (isFilm) {
    const others = audio.tracks === 'all' ? tracks.filter((stream) => stream !== main) : []
    const shown = [main, ...others].slice(0, MAX_AUDIO_TRACKS)
    return shown.map((stream, i) => audioStep(stream, { name: audioName(i), limit: best, isDefault: i === 0 }))
  }
  const steps = audio.bitRates.map((limit, i) => audioStep(main, { name: audioName(i), limit, isDefault: i === 0 }))
  return steps.filter((step, i) => i === 0 || step.bitRate < (steps[i - 1]?.bitRate ?? 0))
}

function audioName(position: number): string {
  return position === 0 ? 'audio' : `audio-${position + 1}`
}

/** Stereo at most. 44.1 kHz and its fractions stay in that family; everything else becomes 48 kHz, which all play. */
function audioStep(
  stream: AudioStream,
  { name, limit, isDefault }: Readonly<{ name: string; limit: number; isDefault: boolean }>,
): AudioStep {
  const channels = stream.channels === 1 ? 1 : 2
  const usual = limit * (channels === 1 ? MONO_SHARE : 1)
  const known = stream.bitRate === undefined || LOSSLESS_AUDIO.test(stream.codec) ? usual : stream.bitRate
  return {
    name,
    streamIndex: stream.streamIndex,
    bitRate: Math.round(Math.min(usual, Math.max(known, LOWEST_AUDIO_BIT_RATE)) / 1000) * 1000,
    sampleRateHz: stream.sampleRateHz % 11_025 === 0 ? 44_100 : 48_000,
    channels,
    language: stream.language,
    isDefault,
  }
}
