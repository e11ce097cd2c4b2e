import type { ColorMatrix } from './media-info.ts'
import type { Piece } from './piece.ts'
import type { VideoCodec } from './profile.ts'

/** One step of the ladder, fully decided: nothing is left for the encoder to choose. */
export type VideoStep = Readonly<{
  /** Folder and display name, for example `720p` or `720p-hevc`; [a-z0-9-]{1,32}. */
  name: string
  codec: VideoCodec
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

/** Sound is encoded once, whatever the number of sizes: each step is a rendition of its own. */
export type AudioStep = Readonly<{
  /** Folder, for example `audio` or `audio-2`; [a-z0-9-]{1,32}. */
  name: string
  streamIndex: number
  bitRate: number
  sampleRateHz: number
  channels: number
  language: string | undefined
  isDefault: boolean
}>

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
 * Everything the encoder needs. `video` is ordered from the largest to the smallest picture, codec by codec, and is
 * empty for sound alone, whose renditions are then the steps of `audio`, the best one first. Beside pictures, `audio`
 * holds the tracks a viewer may choose from, the default one first. It is empty when the source is silent. Plain data.
 */
export type EncodePlan = Readonly<{
  videoInput: VideoInput | undefined
  video: readonly VideoStep[]
  audio: readonly AudioStep[]
  segmentDurationMs: number
  /** Of the source: for progress, and what each rendition has to reach. */
  durationMs: number
  /** Only this piece of the film is made (`planOfPiece`); the whole of it when undefined. */
  piece?: Piece | undefined
}>

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
  /** Of sound beside pictures; what is played by itself has none. */
  track?: AudioTrack | undefined
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

/** In the order of the plan, pictures first. */
export type EncodedPackage = Readonly<{
  renditions: readonly EncodedRendition[]
  /** Which of them are there because somebody asked for further profiles, by profile key. */
  further?: ReadonlyMap<string, readonly string[]>
  /** What was asked for and could not be done, a sentence each, for people. */
  omissions?: readonly string[]
}>
