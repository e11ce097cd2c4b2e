import { VIDEO_CODECS, type VideoCodec } from '../core/transcoding/profile.ts'

/** What a build of ffmpeg or ffprobe says about itself, read from its own listings. */

/** libavformat's major version in ffmpeg 5.0; later releases have higher ones. */
const FIRST_GOOD_LIBAVFORMAT = 59
export const MINIMUM_VERSION = '5.0'

const NEEDED_ENCODERS = ['libx264', 'aac', 'mjpeg']
const NEEDED_MUXERS = ['hls', 'mp4', 'mjpeg']
const NEEDED_FILTERS = [
  'aformat',
  'apad',
  'aresample',
  'blackframe',
  'fps',
  'metadata',
  'scale',
  'setparams',
  'thumbnail',
  'tpad',
]
/** Encoders that add to what can be made, where they are there. */
const CODEC_ENCODERS: Readonly<Record<VideoCodec, string>> = {
  h264: 'libx264',
  hevc: 'libx265',
  av1: 'libsvtav1',
  vp9: 'libvpx-vp9',
}
const TONEMAP_FILTERS = ['tonemap', 'zscale']

export type Version = Readonly<{ text: string; isRecentEnough: boolean }>

/**
 * Reads the answer to `-version`. Builds from a repository carry no release number (`N-66595-g…`), so the age is told
 * by the library's. Undefined when this is not ffmpeg's or ffprobe's answer.
 */
export function parseVersion(output: string): Version | undefined {
  const text = /^ff(?:mpeg|probe) version (\S+)/m.exec(output)?.[1]
  const library = /^libavformat\s+(\d+)\./m.exec(output)?.[1]
  return text === undefined || library === undefined
    ? undefined
    : { text, isRecentEnough: Number(library) >= FIRST_GOOD_LIBAVFORMAT }
}

/** The outputs of `-encoders`, `-muxers` and `-filters`. */
export type Listings = Readonly<{ encoders: string; muxers: string; filters: string }>

/** What is missing, in words that name it: `encoder libx264`. */
export function missingCapabilities(listings: Listings): string[] {
  const missing = (kind: string, needed: readonly string[], listing: string) =>
    needed.filter((name) => !lists(listing, name)).map((name) => `${kind} ${name}`)
  return [
    ...missing('encoder', NEEDED_ENCODERS, listings.encoders),
    ...missing('muxer', NEEDED_MUXERS, listings.muxers),
    ...missing('filter', NEEDED_FILTERS, listings.filters),
  ]
}

export function hasTonemap(listings: Listings): boolean {
  return TONEMAP_FILTERS.every((name) => lists(listings.filters, name))
}

export function canDrawText(listings: Listings): boolean {
  return lists(listings.filters, 'drawtext')
}

export function canDrawSubtitles(listings: Listings): boolean {
  return lists(listings.filters, 'subtitles')
}

export function videoCodecs(listings: Listings): VideoCodec[] {
  return VIDEO_CODECS.filter((codec) => lists(listings.encoders, CODEC_ENCODERS[codec]))
}

/** Each line has flags, then the name (or several, joined by commas), then a description. */
function lists(listing: string, name: string): boolean {
  return listing.split('\n').some((line) => line.trim().split(/\s+/)[1]?.split(',').includes(name) ?? false)
}
