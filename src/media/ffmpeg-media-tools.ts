import type {
  DownloadRequest,
  EncodeOptions,
  MediaTools,
  PieceOptions,
  PosterOptions,
} from '../core/ports/media-tools.ts'
import type { EncodedPackage, EncodePlan } from '../core/transcoding/encode-plan.ts'
import type { MediaInfo, TextStream, VideoStream } from '../core/transcoding/media-info.ts'
import type { EncodedPiece } from '../core/transcoding/piece.ts'
import type { VideoCodec } from '../core/transcoding/profile.ts'
import type { SpritePlan } from '../core/transcoding/sprite-plan.ts'
import { makeDownload } from './download.ts'
import { encodePackage } from './encode.ts'
import { encodePiece } from './encode-piece.ts'
import { extractTexts } from './extract-texts.ts'
import { type Font, shippedFont } from './font.ts'
import { joinPieces } from './join-pieces.ts'
import { DEFAULT_MEDIA_LIMITS, type MediaLimits } from './media-limits.ts'
import { openInput } from './open-input.ts'
import { makePoster } from './poster.ts'
import { probeMedia } from './probe.ts'
import type { ProcessLimits } from './process-runner.ts'
import { processorList } from './processors.ts'
import type { EncodeTools } from './run-hls.ts'
import { makeSprites } from './sprites.ts'

export type FfmpegMediaToolsOptions = Readonly<{
  ffmpegPath: string
  ffprobePath: string
  /** Processors that all encoding of this process together may use; at least 1. */
  threads: number
  /** As `resolveFfmpeg` found out. Without it, HDR sources come out flat. */
  canTonemap: boolean
  /** As `resolveFfmpeg` found out; H.264 alone unless given. */
  videoCodecs?: readonly VideoCodec[]
  /** As `resolveFfmpeg` found out; without them, drawing letters is refused. */
  canDrawText?: boolean
  canDrawSubtitles?: boolean
  /** For watermarks and for subtitles in the pictures; the shipped one unless given. */
  font?: Font | undefined
  /** x264's speed preset; `veryfast` unless given. */
  preset?: string
  /** Added to our own niceness; 19 unless given: an encoder has many threads, and at 10 they outweighed the receiver. */
  niceness?: number
  /** What starts a tool without a network; as `findNetworkIsolation` found out. */
  isolation?: readonly string[] | undefined
  limits?: Partial<MediaLimits>
}>

const DEFAULT_PRESET = 'veryfast'
const DEFAULT_NICENESS = 19

/** MediaTools by ffmpeg and ffprobe, as separate processes of low priority. Holds no state; closing is not needed. */
export class FfmpegMediaTools implements MediaTools {
  readonly #options: FfmpegMediaToolsOptions
  readonly #limits: MediaLimits

  constructor(options: FfmpegMediaToolsOptions) {
    this.#options = options
    this.#limits = { ...DEFAULT_MEDIA_LIMITS, ...options.limits }
  }

  get videoCodecs(): readonly VideoCodec[] {
    return this.#options.videoCodecs ?? ['h264']
  }

  async probe(path: string, options: { signal: AbortSignal }): Promise<MediaInfo> {
    return (await this.#probe(path, options.signal)).info
  }

  async encode(
    path: string,
    plan: EncodePlan,
    outputDirectory: string,
    options: EncodeOptions,
  ): Promise<EncodedPackage> {
    return encodePackage(await this.#encodeTools(), await openInput(path), plan, outputDirectory, options)
  }

  async encodePiece(
    path: string,
    plan: EncodePlan,
    outputDirectory: string,
    options: PieceOptions,
  ): Promise<EncodedPiece> {
    return encodePiece(await this.#encodeTools(), await openInput(path), plan, outputDirectory, options)
  }

  joinPieces(
    plan: EncodePlan,
    pieces: readonly EncodedPiece[],
    outputDirectory: string,
    { encryption }: Pick<EncodeOptions, 'encryption'>,
  ): Promise<EncodedPackage> {
    return joinPieces(plan, pieces, outputDirectory, encryption)
  }

  async poster(path: string, options: PosterOptions): Promise<void> {
    const { ffmpegPath, threads, canTonemap } = this.#options
    const { info, input } = await this.#probe(path, options.signal)
    const settings = { threads, canTonemap, maxPixels: this.#limits.maxPixels }
    const tools = { ffmpegPath, settings, limits: this.#limits, processLimits: await this.#encodeLimits() }
    await makePoster(tools, input, info, options)
  }

  async download(content: DownloadRequest, { signal }: Readonly<{ signal: AbortSignal }>): Promise<number> {
    const { ffmpegPath } = this.#options
    const tools = { ffmpegPath, limits: this.#limits, processLimits: await this.#encodeLimits() }
    return makeDownload(tools, content, signal)
  }

  async sprites(
    path: string,
    film: Readonly<{ video: VideoStream; durationMs: number; plan: SpritePlan }>,
    options: Readonly<{ directory: string; signal: AbortSignal }>,
  ): Promise<readonly string[]> {
    const { ffmpegPath, canTonemap } = this.#options
    // One thread: nobody waits for it, and the encoder beside it does.
    const settings = { threads: 1, canTonemap, maxPixels: this.#limits.maxPixels }
    const tools = { ffmpegPath, settings, limits: this.#limits, processLimits: await this.#encodeLimits() }
    return makeSprites(tools, await openInput(path), film, options)
  }

  async texts(
    path: string,
    streams: readonly TextStream[],
    options: Readonly<{ directory: string; signal: AbortSignal }>,
  ): Promise<ReadonlyMap<number, Uint8Array>> {
    const { ffmpegPath } = this.#options
    const tools = { ffmpegPath, limits: this.#limits, processLimits: await this.#encodeLimits() }
    const indexes = streams.map(({ streamIndex }) => streamIndex)
    return extractTexts(tools, await openInput(path), indexes, options)
  }

  #probe(path: string, signal: AbortSignal): ReturnType<typeof probeMedia> {
    const tools = {
      ffprobePath: this.#options.ffprobePath,
      limits: this.#limits,
      processLimits: {
        niceness: this.#niceness,
        memoryBytes: this.#limits.probeMemoryBytes,
        isolation: this.#options.isolation,
      },
    }
    return probeMedia(tools, path, signal)
  }

  get #niceness(): number {
    return this.#options.niceness ?? DEFAULT_NICENESS
  }

  async #encodeTools(): Promise<EncodeTools> {
    const { ffmpegPath, threads, canTonemap, preset = DEFAULT_PRESET } = this.#options
    const settings = { threads, preset, canTonemap, maxPixels: this.#limits.maxPixels }
    const { canDrawText = false, canDrawSubtitles = false } = this.#options
    const abilities = { canDrawText, canDrawSubtitles }
    const own = { settings, abilities, font: this.#options.font ?? shippedFont() }
    return { ffmpegPath, ...own, limits: this.#limits, processLimits: await this.#encodeLimits() }
  }

  async #encodeLimits(): Promise<ProcessLimits> {
    return {
      niceness: this.#niceness,
      memoryBytes: this.#limits.encodeMemoryBytes,
      fileBytes: this.#limits.maxOutputFileBytes,
      processors: await processorList(this.#options.threads),
      isolation: this.#options.isolation,
    }
  }
}
