import type { AudioStream, ColorMatrix, MediaInfo, TextStream, VideoStream } from '../core/transcoding/media-info.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import { settleFrameRates } from './frame-rate.ts'
import type { MediaLimits } from './media-limits.ts'
import type { OpenedInput } from './open-input.ts'
import { type PacketScan, type ScannedStream, typicalRate } from './packet-scan.ts'
import type { Probed, ProbedStream } from './parse-probe.ts'
import type { ContainerKind } from './sniff-container.ts'

/** The streams we work with, out of all that the container has. */
export type ChosenStreams = Readonly<{
  video: ProbedStream | undefined
  audio: readonly ProbedStream[]
  coverStreamIndex: number | undefined
}>

/**
 * Chooses the streams, or throws DomainError('media_refused'): too many streams, none that is media, none that we
 * can read, or pictures that are too large.
 */
export function chooseStreams(probed: Probed, limits: MediaLimits): ChosenStreams {
  if (probed.streamCount > limits.maxStreams) {
    throw mediaRefused(
      'too_many_streams',
      `The file has ${probed.streamCount} streams; at most ${limits.maxStreams} are accepted.`,
    )
  }
  const media = probed.streams.filter((stream) => stream.type === 'video' || stream.type === 'audio')
  if (media.some((stream) => stream.codecTag === 'encv' || stream.codecTag === 'enca')) {
    throw mediaRefused('format_not_allowed', 'The file is encrypted (DRM).')
  }
  for (const { width, height } of media) {
    if ((width ?? 0) * (height ?? 0) > limits.maxPixels) {
      throw mediaRefused('too_many_pixels', `Pictures of ${width}×${height} pixels are too large.`)
    }
  }
  const readable = media.filter((stream) => stream.codec !== undefined)
  const pictures = readable.filter((stream) => stream.type === 'video' && hasSize(stream))
  const moving = pictures.filter((stream) => !stream.isAttachedPicture)
  const video = moving.find((stream) => stream.isDefault) ?? moving[0]
  const audio = readable.filter((stream) => stream.type === 'audio' && stream.channels && stream.sampleRateHz)
  if (video === undefined && audio.length === 0) {
    throw media.length === 0 || pictures.length > 0
      ? mediaRefused('no_streams', 'The file has neither moving pictures nor sound.')
      : mediaRefused('format_not_allowed', 'The file has no stream in a codec that can be read.')
  }
  return { video, audio, coverStreamIndex: pictures.find((stream) => stream.isAttachedPicture)?.index }
}

function hasSize(stream: ProbedStream): boolean {
  return (stream.width ?? 0) > 0 && (stream.height ?? 0) > 0
}

/** Where the file's own time begins. Sound may start a little earlier, to prime its decoder; that is not heard. */
export function originSeconds(probed: Probed): number {
  return Math.max(0, probed.startSeconds ?? 0)
}

/**
 * When a stream ends, counted from the origin: as seen by the scan, else as its header says. Undefined when neither
 * knows.
 */
export function streamEndSeconds(stream: ProbedStream, probed: Probed, scan: PacketScan): number | undefined {
  const origin = originSeconds(probed)
  const seen = scan.streams.get(stream.index)
  if (seen !== undefined) return seen.endSeconds - origin
  if (stream.durationSeconds === undefined) return undefined
  return Math.max(0, (stream.startSeconds ?? origin) - origin) + stream.durationSeconds
}

/**
 * Puts together what the header says and what the scan saw. Throws DomainError('media_refused') with `no_duration`
 * or `too_long`. `isWholeFile` tells whether the scan saw all packets or only those near the end.
 */
export function describeMedia(
  input: OpenedInput,
  probed: Probed,
  chosen: ChosenStreams,
  scan: { packets: PacketScan; isWholeFile: boolean },
  limits: MediaLimits,
): MediaInfo {
  const endMs = (stream: ProbedStream) => Math.round((streamEndSeconds(stream, probed, scan.packets) ?? 0) * 1000)
  const streams = chosen.video === undefined ? chosen.audio : [chosen.video, ...chosen.audio]
  const durationMs = Math.max(...streams.map(endMs))
  if (durationMs <= 0) throw mediaRefused('no_duration', 'The file holds no pictures or sound that last for any time.')
  if (durationMs > limits.maxDurationMs) throw tooLong(durationMs, limits)
  return {
    container: probed.container,
    contentType: contentType(input, probed, chosen),
    durationMs,
    sizeBytes: input.sizeBytes,
    bitRate: Math.round((input.sizeBytes * 8 * 1000) / durationMs),
    video: chosen.video && describeVideo(chosen.video, scan, endMs(chosen.video)),
    audio: chosen.audio.map((stream) => describeAudio(stream, endMs(stream))),
    coverStreamIndex: chosen.coverStreamIndex,
    texts: textStreams(probed),
  }
}

/** What ffmpeg decodes as text; DVD, Blu-ray and DVB subtitles are pictures. */
const TEXT_CODECS = new Set(['subrip', 'ass', 'ssa', 'webvtt', 'mov_text', 'text'])
/** As in a master playlist; the rest of a title is for nobody. */
const MAX_TITLE = 100

function textStreams({ streams }: Probed): TextStream[] {
  const texts = streams.filter(({ type, codec }) => type === 'subtitle' && TEXT_CODECS.has(codec ?? ''))
  return texts.map(({ index, codec, language, title, isForced, isForHearingImpaired }) => ({
    streamIndex: index,
    codec: codec ?? 'unknown',
    language,
    title: title?.slice(0, MAX_TITLE),
    isForced,
    isForHearingImpaired,
  }))
}

export function tooLong(durationMs: number, limits: MediaLimits): Error {
  const hours = (ms: number) => `${Math.round(ms / 360_000) / 10} h`
  return mediaRefused(
    'too_long',
    `The file lasts ${hours(durationMs)}; at most ${hours(limits.maxDurationMs)} are accepted.`,
  )
}

function describeVideo(
  stream: ProbedStream,
  scan: { packets: PacketScan; isWholeFile: boolean },
  endMs: number,
): VideoStream {
  const seen = scan.packets.streams.get(stream.index)
  const rates = settleFrameRates({
    nominal: stream.nominalRate,
    // Files made while recording have no frame count, and ffprobe then takes the first pictures for all.
    average: scan.isWholeFile && seen !== undefined ? (averageRate(seen) ?? stream.averageRate) : stream.averageRate,
    typical: seen && typicalRate(seen),
  })
  const rotationDegrees = clockwise(stream.rotation ?? 0)
  const { widthPx, heightPx } = squarePixels(stream)
  const isUpright = rotationDegrees === 0 || rotationDegrees === 180
  return {
    streamIndex: stream.index,
    codec: stream.codec ?? 'unknown',
    widthPx: isUpright ? widthPx : heightPx,
    heightPx: isUpright ? heightPx : widthPx,
    frameRate: rates.average,
    peakFrameRate: rates.peak,
    rotationDegrees,
    pixelFormat: stream.pixelFormat ?? 'unknown',
    colorMatrix: colorMatrix(stream, Math.min(widthPx, heightPx)),
    isHdr: stream.colorTransfer === 'smpte2084' || stream.colorTransfer === 'arib-std-b67',
    isInterlaced: ['tt', 'bb', 'tb', 'bt'].includes(stream.fieldOrder ?? ''),
    bitRate: stream.bitRate,
    endMs,
  }
}

function averageRate(seen: ScannedStream): number | undefined {
  const seconds = seen.endSeconds - seen.firstSeconds
  return seconds > 0 ? seen.packets / seconds : undefined
}

/** From ffprobe's counter-clockwise degrees to a clockwise quarter turn. */
function clockwise(degrees: number): number {
  return (((Math.round(-degrees / 90) * 90) % 360) + 360) % 360
}

/** A pixel aspect beyond this is a broken header, not a format. */
const MAX_PIXEL_ASPECT = 8

/** The height stays, the width becomes what it looks like. */
function squarePixels(stream: ProbedStream): { widthPx: number; heightPx: number } {
  const isPlausible = stream.pixelAspect <= MAX_PIXEL_ASPECT && stream.pixelAspect >= 1 / MAX_PIXEL_ASPECT
  const widthPx = Math.max(1, Math.round((stream.width ?? 0) * (isPlausible ? stream.pixelAspect : 1)))
  return { widthPx, heightPx: stream.height ?? 0 }
}

/** Pictures of at least this many lines are high definition, and then usually BT.709. */
const HIGH_DEFINITION_LINES = 720

function colorMatrix(stream: ProbedStream, shorterSidePx: number): ColorMatrix {
  switch (stream.colorSpace) {
    case 'bt709':
      return 'bt709'
    case 'bt2020nc':
    case 'bt2020c':
      return 'bt2020'
    case 'bt470bg':
    case 'smpte170m':
      return 'bt601'
    default:
      return shorterSidePx >= HIGH_DEFINITION_LINES ? 'bt709' : 'bt601'
  }
}

function describeAudio(stream: ProbedStream, endMs: number): AudioStream {
  return {
    streamIndex: stream.index,
    codec: stream.codec ?? 'unknown',
    channels: stream.channels ?? 1,
    sampleRateHz: stream.sampleRateHz ?? 0,
    language: stream.language,
    isDefault: stream.isDefault,
    bitRate: stream.bitRate,
    endMs,
  }
}

/** Names for files with pictures and for files without. */
const CONTENT_TYPES: Record<ContainerKind, readonly [video: string, audio: string]> = {
  mp4: ['video/mp4', 'audio/mp4'],
  matroska: ['video/x-matroska', 'audio/x-matroska'],
  avi: ['video/x-msvideo', 'video/x-msvideo'],
  mpegts: ['video/mp2t', 'video/mp2t'],
  'mpeg-ps': ['video/mpeg', 'audio/mpeg'],
  flv: ['video/x-flv', 'video/x-flv'],
  asf: ['video/x-ms-wmv', 'audio/x-ms-wma'],
  ogg: ['video/ogg', 'audio/ogg'],
  wav: ['audio/wav', 'audio/wav'],
  mp3: ['audio/mpeg', 'audio/mpeg'],
  aac: ['audio/aac', 'audio/aac'],
  flac: ['audio/flac', 'audio/flac'],
  mxf: ['application/mxf', 'application/mxf'],
}

function contentType(input: OpenedInput, probed: Probed, chosen: ChosenStreams): string {
  const isAudio = chosen.video === undefined
  if (input.kind === 'matroska' && input.brand === 'webm') return isAudio ? 'audio/webm' : 'video/webm'
  if (input.kind === 'mp4' && input.brand === 'qt  ' && !isAudio) return 'video/quicktime'
  if (input.kind === 'mp4' && input.brand?.startsWith('3g')) return isAudio ? 'audio/3gpp' : 'video/3gpp'
  // Both may start with an ID3 tag, which is all that was seen of them.
  if (input.kind === 'mp3' && probed.container === 'aac') return 'audio/aac'
  return CONTENT_TYPES[input.kind][isAudio ? 1 : 0]
}
