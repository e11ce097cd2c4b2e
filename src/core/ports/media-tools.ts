import type { Drawing } from '../transcoding/drawing.ts'
import type { EncodedPackage, EncodePlan } from '../transcoding/encode-plan.ts'
import type { MediaInfo, TextStream, VideoStream } from '../transcoding/media-info.ts'
import type { PackageEncryption } from '../transcoding/package-encryption.ts'
import type { EncodedPiece } from '../transcoding/piece.ts'
import type { VideoCodec } from '../transcoding/profile.ts'
import type { SpritePlan } from '../transcoding/sprite-plan.ts'

export type EncodeOptions = Readonly<{
  signal: AbortSignal
  /** Gets 0…1. */
  onProgress: (fraction: number) => void
  /** The segments come out encrypted; clear ones then lie nowhere. */
  encryption?: PackageEncryption | undefined
  /** Drawn into every picture. Throws DomainError('unavailable', no_text_filter) where letters cannot be drawn. */
  drawing?: Drawing | undefined
}>

export type PieceOptions = EncodeOptions &
  Readonly<{
    /** Stands in the names of all files, so that no two attempts have the same; [a-z0-9]{1,10}. */
    attempt: string
  }>

export type PosterOptions = Readonly<{
  atMs: number
  /** Just the first picture from `atMs` on; else a typical one near it, which is not black if there is such a one. */
  isExact?: boolean
  /** At most; pictures are not enlarged. */
  widthPx: number
  outputFile: string
  signal: AbortSignal
}>

export type DownloadRequest = Readonly<{
  /** Undefined for sound alone. */
  picture: string | undefined
  sounds: readonly Readonly<{ path: string; language: string | undefined }>[]
  durationMs: number
  outputFile: string
}>

/** Why a tool failed; the cause of the DomainError that says what it means. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure'
  /** The end of what it wrote to its log, for the people whose file it is: without the places of our files. */
  readonly logTail: string

  constructor(message: string, log: string) {
    super(`${message}: ${log}`)
    this.logTail = log.replace(OUR_PLACES, '$1').slice(-LOG_TAIL_LENGTH).trim()
  }
}

const LOG_TAIL_LENGTH = 4_000
/** An absolute path up to its last name. */
const OUR_PLACES = /(?<![\w.])(?:file:)?\/(?:[^\s/:'"]+\/)*([^\s/:'"]*)/g

/**
 * What reads and makes media. Implementation: media/ffmpeg-media-tools.ts. The input is always hostile: formats and
 * protocols are allow-listed, there is no network, and time, memory and output are capped. No process outlives its call.
 * test/contract/media-tools.ts proves for each implementation:
 * - what is not media (text, empty, playlists that name other files, truncated containers) throws
 *   DomainError('media_refused') whose `details.reason` is one of core/transcoding/refusal.ts;
 * - a package holds exactly the planned renditions, each decodable, none larger than the source, all cut at the same
 *   pictures, each as long as the source within a frame (sound alone: within two of its codec's frames);
 * - a source that lacks clearly more than that is refused: by `probe` as `truncated` when the file is cut, by `encode`
 *   as `damaged` when its content cannot be decoded;
 * - an aborted call rejects soon with the signal's reason and leaves no process behind; files it wrote stay in
 *   `outputDirectory`, which the caller owns and deletes.
 * Worth repeating: DomainError('unavailable') when a tool hangs, is killed or cannot run, DomainError('storage_full')
 * when the output has no room.
 */
export interface MediaTools {
  /** What this machine can make; H.264 is always among it. */
  readonly videoCodecs: readonly VideoCodec[]
  probe(path: string, options: { signal: AbortSignal }): Promise<MediaInfo>
  /** One decode, all renditions: fMP4 HLS into `outputDirectory`, which exists and is empty. */
  encode(path: string, plan: EncodePlan, outputDirectory: string, options: EncodeOptions): Promise<EncodedPackage>
  /**
   * One piece of a film (`planOfPiece`), its segments numbered and timed as in the whole; no playlists. Together, joined,
   * the pieces have exactly the pictures that `encode` would have made.
   */
  encodePiece(path: string, plan: EncodePlan, outputDirectory: string, options: PieceOptions): Promise<EncodedPiece>
  /**
   * Writes the playlists of a film whose pieces these are, in their order, into `outputDirectory`. What the pieces consist
   * of is not looked at. Throws `media_refused` when the film is clearly shorter than planned.
   */
  joinPieces(
    plan: EncodePlan,
    pieces: readonly EncodedPiece[],
    outputDirectory: string,
    options: Pick<EncodeOptions, 'encryption'>,
  ): Promise<EncodedPackage>
  /** Writes one JPEG to `outputFile`. */
  poster(path: string, options: PosterOptions): Promise<void>
  /**
   * Puts finished renditions (each in one MP4 file of fragments, in the clear) into one MP4 file, `outputFile`, without
   * encoding anything again; gives its size. Throws DomainError('unavailable') when that fails.
   */
  download(content: DownloadRequest, options: Readonly<{ signal: AbortSignal }>): Promise<number>
  /** Writes the planned sheets of small pictures into `directory`, which is empty; gives their names, in order. */
  sprites(
    path: string,
    film: Readonly<{ video: VideoStream; durationMs: number; plan: SpritePlan }>,
    options: Readonly<{ directory: string; signal: AbortSignal }>,
  ): Promise<readonly string[]>
  /**
   * The texts of these streams as WebVTT, by stream index; streams without any text are missing. `directory` is empty
   * and the caller's to delete.
   */
  texts(
    path: string,
    streams: readonly TextStream[],
    options: Readonly<{ directory: string; signal: AbortSignal }>,
  ): Promise<ReadonlyMap<number, Uint8Array>>
}
