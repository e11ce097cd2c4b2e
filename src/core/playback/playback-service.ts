import type { Readable } from 'node:stream'
import { DomainError } from '../errors.ts'
import { type AssetId, parseId, type SourceId } from '../ids.ts'
import type { Source } from '../library/asset.ts'
import type { AssetView, LibraryService } from '../library/library-service.ts'
import type { BlobInfo, BlobStore, ByteRange } from '../ports/blob-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import { masterPlaylist } from './master-playlist.ts'
import { signPlayback, verifyPlayback } from './playback-token.ts'

/** Paths below the server's public URL; undefined: there is none, or not yet. */
export type FilePaths = Readonly<{
  /** Master playlist; of what is passed through there is none. */
  hls: string | undefined
  /** The original file, of what is passed through. */
  original: string | undefined
  poster: string | undefined
}>

export type PlaybackPaths = FilePaths & Readonly<{ token: string; page: string }>

/** A stored file on its way to a viewer. The caller reads `body` to its end or destroys it. */
export type PlayableFile = Readonly<{ info: BlobInfo; contentType: string; body: Readable }>

const TOKEN_MS = 12 * 60 * 60 * 1000
/** Links made within this time are the same, so that viewers and caches meet the same addresses. */
const TOKEN_STEP_MS = 10 * 60 * 1000
const MAX_CACHED_PACKAGES = 1_000

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  mp4: 'video/mp4',
  m4s: 'video/iso.segment',
  vtt: 'text/vtt',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
}

type Parts = Readonly<{
  library: LibraryService
  work: UnitOfWork
  blobs: BlobStore
  clock: Clock
  /** 32 bytes; changing it ends every playback link. */
  key: Uint8Array
}>

/** Plays assets behind signed tokens. */
export class PlaybackService {
  readonly #parts: Parts
  /** Packages never change and sources are immutable once ready; this saves two queries per segment. */
  readonly #packages = new Map<SourceId, Readonly<{ assetId: AssetId; prefix: string }>>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Where an asset plays from now on, for `TOKEN_MS` at least; undefined while nothing of it is playable. */
  paths(view: AssetView): PlaybackPaths | undefined {
    if (!isPlayable(view)) return undefined
    const { id } = view.asset
    const step = Math.ceil(this.#parts.clock.now() / TOKEN_STEP_MS) * TOKEN_STEP_MS
    const token = signPlayback(this.#parts.key, id, step + TOKEN_MS)
    return { token, page: `/watch/${id}?token=${token}`, ...this.pathsOf(token, view) }
  }

  /** What there is to get with a token that somebody has. */
  pathsOf(token: string, { asset, source, status }: AssetView): FilePaths {
    const base = `/play/${token}/${asset.id}`
    const isReady = status.state === 'ready' && source !== undefined
    const path = (name: string, isThere: boolean) => (isReady && isThere ? `${base}/${name}` : undefined)
    const isOriginal = source !== undefined && isPassedThrough(source)
    return {
      hls: path('master.m3u8', !isOriginal),
      original: path('original', isOriginal),
      poster: path('poster.jpg', source?.posterKey !== undefined),
    }
  }

  /** The asset a token opens. Throws forbidden for a token that is not this asset's, not_found when it is gone. */
  async open(token: string, id: string): Promise<AssetView> {
    return this.#parts.library.find(this.#verified(token, id))
  }

  /** The master playlist of what is current now. Throws not_found while nothing is playable. */
  async master(token: string, id: string): Promise<string> {
    const view = await this.open(token, id)
    const { source } = view
    if (!isPlayable(view) || source === undefined || isPassedThrough(source)) throw notPlayable()
    const subtitles = await this.#parts.work.read.subtitles.listForAsset(view.asset.id)
    return masterPlaylist(
      { renditions: view.renditions, subtitles },
      {
        rendition: (rendition) => `${source.id}/${rendition.playlist}`,
        subtitle: (subtitle) => `subtitles/${subtitle.id}.m3u8`,
      },
    )
  }

  /** The playlist of subtitles: one segment, as long as the film, for texts are small. Throws not_found. */
  async subtitlePlaylist(token: string, id: string, subtitleId: string): Promise<string> {
    const { view, subtitle } = await this.#subtitle(token, id, subtitleId)
    const seconds = Math.max(1, (view.source?.media?.durationMs ?? 0) / 1000)
    return [
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      `#EXT-X-TARGETDURATION:${Math.ceil(seconds)}`,
      '#EXT-X-MEDIA-SEQUENCE:1',
      '#EXT-X-PLAYLIST-TYPE:VOD',
      `#EXTINF:${seconds.toFixed(3)},`,
      `${subtitle}.vtt`,
      '#EXT-X-ENDLIST',
      '',
    ].join('\n')
  }

  /** The text of subtitles, as WebVTT. Throws not_found. */
  async subtitleText(token: string, id: string, subtitleId: string): Promise<string> {
    const { subtitle } = await this.#subtitle(token, id, subtitleId)
    const text = await this.#parts.work.read.subtitles.vtt(subtitle)
    if (text === undefined) throw notPlayable()
    return text
  }

  async #subtitle(token: string, id: string, subtitle: string) {
    const view = await this.open(token, id)
    const subtitleId = parseId('subtitle', subtitle)
    const found = subtitleId && (await this.#parts.work.read.subtitles.get(subtitleId))
    if (!found || found.assetId !== view.asset.id) throw notPlayable()
    return { view, subtitle: found.id }
  }

  /** The original file of an asset that is passed through. Throws not_found for all others: theirs are not for viewers. */
  async passedThrough(
    token: string,
    id: string,
    options: Readonly<{ range?: ByteRange | undefined; signal: AbortSignal }>,
  ): Promise<PlayableFile & Readonly<{ fileName: string }>> {
    const view = await this.open(token, id)
    const { source } = view
    if (!isPlayable(view) || source === undefined || !isPassedThrough(source)) throw notPlayable()
    return { ...(await this.original(view, options)), fileName: source.fileName }
  }

  /** A key of a source's encrypted package: 16 bytes. */
  async contentKey(
    token: string,
    request: Readonly<{ assetId: string; sourceId: string; index: number }>,
  ): Promise<Uint8Array> {
    const assetId = this.#verified(token, request.assetId)
    const sourceId = parseId('source', request.sourceId)
    // Whose it is, is known; which keys it has, is read each time: a new attempt brings new ones.
    if (sourceId === undefined) throw notPlayable()
    await this.#package(assetId, sourceId)
    const key = (await this.#parts.work.read.sources.contentKeys(sourceId))[request.index]
    if (key === undefined) throw notPlayable()
    return key
  }

  /** A file of a source's package: `file` is a rendition's folder and a name in it, for example `720p/seg-00001.m4s`. */
  async file(
    token: string,
    request: Readonly<{
      assetId: string
      sourceId: string
      file: string
      range?: ByteRange | undefined
      signal: AbortSignal
    }>,
  ): Promise<PlayableFile> {
    const assetId = this.#verified(token, request.assetId)
    if (!/^[a-z0-9-]{1,32}\/[a-z0-9-]{1,32}\.(m3u8|mp4|m4s|vtt)$/.test(request.file)) throw notPlayable()
    return this.#stored(`${await this.#package(assetId, request.sourceId)}${request.file}`, request)
  }

  async poster(
    token: string,
    id: string,
    options: Readonly<{ range?: ByteRange | undefined; signal: AbortSignal }>,
  ): Promise<PlayableFile> {
    const { source } = await this.open(token, id)
    if (source?.posterKey === undefined) throw notPlayable()
    return this.#stored(source.posterKey, options)
  }

  /**
   * The original file of what plays, or of the newest source while nothing does, for somebody who has shown that he may
   * have it. Throws not_found until it is stored.
   */
  async original(
    { source }: AssetView,
    options: Readonly<{ range?: ByteRange | undefined; signal: AbortSignal }>,
  ): Promise<PlayableFile> {
    // What has been looked at was stored before.
    if (source?.media === undefined) throw notPlayable()
    return { ...(await this.#stored(source.blobKey, options)), contentType: source.media.contentType }
  }

  async #package(assetId: AssetId, id: string): Promise<string> {
    const sourceId = parseId('source', id)
    if (sourceId === undefined) throw notPlayable()
    const cached = this.#packages.get(sourceId)
    if (cached?.assetId === assetId) return cached.prefix
    const source = await this.#parts.work.read.sources.get(sourceId)
    if (source?.assetId !== assetId || source.packagePrefix === undefined) throw notPlayable()
    if (this.#packages.size >= MAX_CACHED_PACKAGES) this.#packages.clear()
    this.#packages.set(sourceId, { assetId, prefix: source.packagePrefix })
    return source.packagePrefix
  }

  async #stored(
    key: string,
    options: Readonly<{ range?: ByteRange | undefined; signal: AbortSignal }>,
  ): Promise<PlayableFile> {
    const { range, signal } = options
    const { info, body } = await this.#parts.blobs.open(key, range === undefined ? { signal } : { range, signal })
    const contentType = CONTENT_TYPES[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
    return { info, body, contentType }
  }

  #verified(token: string, id: string): AssetId {
    const assetId = parseId('asset', id)
    if (assetId === undefined) throw notPlayable()
    verifyPlayback(this.#parts.key, assetId, token, this.#parts.clock.now())
    return assetId
  }
}

function isPassedThrough({ treatment }: Source): boolean {
  return treatment?.delivery === 'passthrough'
}

/** Of a disabled asset nothing new is played; who watches it may go on. */
function isPlayable({ status, asset }: AssetView): boolean {
  return status.state === 'ready' && asset.isEnabled
}

function notPlayable(): DomainError {
  return new DomainError('not_found', 'There is nothing to play here.')
}
