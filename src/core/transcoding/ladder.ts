import type { AudioStep, EncodePlan, VideoInput, VideoStep } from './encode-plan.ts'
import type { AudioStream, MediaInfo, VideoStream } from './media-info.ts'
import { mediaRefused } from './refusal.ts'

export type LadderOptions = Readonly<{
  /** The shorter side of the largest rendition at most; larger sources are scaled down to it. */
  maxShorterSidePx: number
  segmentDurationMs: number
  /** x264's constant rate factor for every step. */
  rateFactor: number
}>

export const DEFAULT_LADDER: LadderOptions = { maxShorterSidePx: 1080, segmentDurationMs: 4000, rateFactor: 23 }

/** Shorter sides a player can choose from below the largest rendition. */
const RUNGS_PX = [2160, 1440, 1080, 720, 480, 360, 240]
/** A step must be this much smaller than the largest one to be worth encoding. */
const WORTHWHILE_STEP = 0.8
const MAX_LONGER_SIDE_PX = 4096
const MAX_FRAME_RATE = 60
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

const AUDIO_BIT_RATES = { mono: 80_000, stereo: 128_000, lowest: 48_000 }
const LOSSLESS_AUDIO = /^(pcm_|flac$|alac$|wavpack$|truehd$|mlp$|tta$|ape$)/

/**
 * Decides the renditions of a source, from the largest to the smallest. Never above the source in size and frame
 * rate; the bit rate never above that of the source either (twice it where the source's codec is twice as efficient
 * as H.264). The largest rendition has the source's own size, made even, up to `maxShorterSidePx`; steps are counted
 * by the shorter side, so portrait and landscape get the same names. A source below the smallest step gets one
 * rendition. Throws DomainError('media_refused', no_streams) when there is nothing to encode.
 */
export function planEncode(info: MediaInfo, options: LadderOptions = DEFAULT_LADDER): EncodePlan {
  const sound = info.audio.find((stream) => stream.isDefault) ?? info.audio[0]
  if (info.video === undefined && sound === undefined) {
    throw mediaRefused('no_streams', 'The file has neither pictures nor sound.')
  }
  return {
    videoInput: info.video === undefined ? undefined : videoInput(info.video, info.durationMs),
    audioStreamIndex: sound?.streamIndex,
    video: info.video === undefined ? [] : videoSteps(info.video, info.video.bitRate ?? info.bitRate, options),
    audio: sound === undefined ? undefined : audioStep(sound),
    segmentDurationMs: options.segmentDurationMs,
    durationMs: info.durationMs,
  }
}

function videoInput(video: VideoStream, durationMs: number): VideoInput {
  const restMs = durationMs - video.endMs
  return {
    streamIndex: video.streamIndex,
    colorMatrix: video.colorMatrix,
    isHdr: video.isHdr,
    isInterlaced: video.isInterlaced,
    holdLastFrameMs: restMs > 1000 / outputFrameRate(video) ? Math.round(restMs) : 0,
  }
}

function videoSteps(video: VideoStream, sourceBitRate: number | undefined, options: LadderOptions): VideoStep[] {
  const frameRate = outputFrameRate(video)
  const largest = fitSize(video, options.maxShorterSidePx)
  const largestSide = Math.min(largest.widthPx, largest.heightPx)
  const sizes = [largest]
  for (const rung of RUNGS_PX) {
    if (rung <= largestSide * WORTHWHILE_STEP) sizes.push(fitSize(video, rung))
  }
  const ceiling = sourceBitRate === undefined ? undefined : sourceBitRate * (EFFICIENT_CODECS.has(video.codec) ? 2 : 1)
  const scarcity = Math.min(1, (ceiling ?? Number.POSITIVE_INFINITY) / usualBitRate(largest, frameRate))
  return sizes.map((size) => {
    const maxBitRate = Math.max(
      LOWEST_VIDEO_BIT_RATE,
      Math.floor((usualBitRate(size, frameRate) * scarcity) / 1000) * 1000,
    )
    return {
      name: `${Math.min(size.widthPx, size.heightPx)}p`,
      ...size,
      frameRate,
      rateFactor: options.rateFactor,
      maxBitRate,
      bufferBits: maxBitRate * 1.5,
    }
  })
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
function outputFrameRate(video: VideoStream): number {
  const tolerated = MAX_FRAME_RATE + 0.5
  const shown = video.peakFrameRate / Math.ceil(video.peakFrameRate / tolerated)
  return Math.min(shown, Math.max(SLOWEST_FRAME_RATE, video.frameRate * MAX_COPIES_PER_PICTURE))
}

/** Stereo at most. 44.1 kHz and its fractions stay in that family; everything else becomes 48 kHz, which all play. */
function audioStep(stream: AudioStream): AudioStep {
  const channels = stream.channels === 1 ? 1 : 2
  const usual = channels === 1 ? AUDIO_BIT_RATES.mono : AUDIO_BIT_RATES.stereo
  const known = stream.bitRate === undefined || LOSSLESS_AUDIO.test(stream.codec) ? usual : stream.bitRate
  return {
    bitRate: Math.round(Math.min(usual, Math.max(known, AUDIO_BIT_RATES.lowest)) / 1000) * 1000,
    sampleRateHz: stream.sampleRateHz % 11_025 === 0 ? 44_100 : 48_000,
    channels,
  }
}
