import type { ColorMatrix } from './media-info.ts'

/** One step of the ladder, fully decided: nothing is left for the encoder to choose. */
export type VideoStep = Readonly<{
  /** Folder and display name, for example `720p`; [a-z0-9-]{1,32}. */
  name: string
  /** Even numbers. */
  widthPx: number
  heightPx: number
  /** Constant. Fractions of 1001 are meant exactly: 29.97002997… is 30000/1001. */
  frameRate: number
  /** x264's constant rate factor: the quality aimed at, 0…51, lower is better. */
  rateFactor: number
  /** The ceiling for what that quality may cost, bits per second over `bufferBits`. */
  maxBitRate: number
  bufferBits: number
}>

export type AudioStep = Readonly<{ bitRate: number; sampleRateHz: number; channels: number }>

/** What the encoder has to know about the pictures it is given. */
export type VideoInput = Readonly<{
  streamIndex: number
  colorMatrix: ColorMatrix
  isHdr: boolean
  isInterlaced: boolean
  /** How long the last picture stands still because the sound goes on; 0 when it does not. */
  holdLastFrameMs: number
}>

/**
 * Everything the encoder needs. `video` is ordered from the largest to the smallest picture and is empty for an
 * audio-only package, whose one rendition is then called `audio`. `audio` is undefined when the source is silent.
 * Plain data: it is stored as JSON.
 */
export type EncodePlan = Readonly<{
  videoInput: VideoInput | undefined
  audioStreamIndex: number | undefined
  video: readonly VideoStep[]
  audio: AudioStep | undefined
  segmentDurationMs: number
  /** Of the source: for progress, and what each rendition has to reach. */
  durationMs: number
}>

/** The only rendition of a package without pictures. */
export const AUDIO_RENDITION_NAME = 'audio'

/** A film's sound, as viewers choose it. */
export type AudioTrack = Readonly<{
  /** BCP 47 or what the file says; undefined when it says nothing. */
  language: string | undefined
  label: string
  isDefault: boolean
  channels: number
}>

/** One finished rendition. File names are relative to the package and use '/'. */
export type EncodedRendition = Readonly<{
  name: string
  playlist: string
  /** The init segment, then the media segments in playing order; the playlist itself is not among them. */
  files: readonly string[]
  widthPx: number | undefined
  heightPx: number | undefined
  frameRate: number | undefined
  /** RFC 6381, for example `avc1.64001f,mp4a.40.2`. */
  codecs: string
  /** Peak and average over the segments, bits per second, as HLS defines BANDWIDTH and AVERAGE-BANDWIDTH. */
  bandwidth: number
  averageBandwidth: number
  durationMs: number
  /** Of `files` together. */
  sizeBytes: number
}>

/** In the order of the plan. */
export type EncodedPackage = Readonly<{ renditions: readonly EncodedRendition[] }>
