/**
 * What probing found out about a source. Plain data: it is stored as JSON, so a missing member and `undefined` mean
 * the same. Sizes are in square pixels as a viewer sees them (after rotation and pixel aspect), rates per second.
 */

/** The YCbCr matrix the pictures are to be read with; guessed from the size where the file does not say. */
export type ColorMatrix = 'bt601' | 'bt709' | 'bt2020'

export type VideoStream = Readonly<{
  /** Position among all streams of the container. */
  streamIndex: number
  codec: string
  widthPx: number
  heightPx: number
  /** Frames per second; the average one where the rate varies. */
  frameRate: number
  /** The rate that loses no picture: equals the nominal rate where it is constant, the fastest usual one where not. */
  peakFrameRate: number
  /** Clockwise, 0 | 90 | 180 | 270; already applied to `widthPx` and `heightPx`. */
  rotationDegrees: number
  pixelFormat: string
  colorMatrix: ColorMatrix
  isHdr: boolean
  isInterlaced: boolean
  bitRate: number | undefined
  /** When the last picture ends, counted from the start of the file. */
  endMs: number
}>

export type AudioStream = Readonly<{
  streamIndex: number
  codec: string
  channels: number
  sampleRateHz: number
  /** As the file has it, usually ISO 639-2; undefined when it says nothing or `und`. */
  language: string | undefined
  isDefault: boolean
  bitRate: number | undefined
  /** When the last sample ends, counted from the start of the file. */
  endMs: number
}>

/** Subtitles inside the file that are text; those that are pictures are not among them. */
export type TextStream = Readonly<{
  streamIndex: number
  codec: string
  /** As the file has it, usually ISO 639-2; undefined when it says nothing or `und`. */
  language: string | undefined
  title: string | undefined
  isForced: boolean
  isForHearingImpaired: boolean
}>

export type MediaInfo = Readonly<{
  /** The demuxer's short names, for example `mov,mp4,m4a,3gp,3g2,mj2`. */
  container: string
  /** A content type to serve the original under, for example `video/mp4`. */
  contentType: string
  /** Until the last picture or sample, whichever ends later. */
  durationMs: number
  sizeBytes: number
  bitRate: number | undefined
  /** The one that is encoded; undefined for sound without moving pictures. */
  video: VideoStream | undefined
  /** Only those whose codec is known; cover art and data are in no list. */
  audio: readonly AudioStream[]
  /** Undefined in what older versions found out. */
  texts?: readonly TextStream[] | undefined
  /** Position of the cover picture among all streams, when there is one. */
  coverStreamIndex: number | undefined
}>
