import type { Readable } from 'node:stream'
import { DomainError } from '../errors.ts'
import { type AssetId, parseId, type SourceId } from '../ids.ts'
import type { Rendition, Source } from '../library/asset.ts'
import type { AssetView, LibraryService } from '../library/library-service.ts'
import type { BlobInfo, BlobStore, ByteRange } from '../ports/blob-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import type { Download, Sprites } from '../transcoding/package-extras.ts'
import type { Subtitle } from '../transcoding/subtitle.ts'
import { dashManifest, type TimedRendition } from './dash-manifest.ts'
import { masterPlaylist } from './master-playlist.ts'
import { signPlayback, verifyPlayback } from './playback-token.ts'
import { type NamedFiles, readPlaylist } from './read-playlist.ts'
import { type Storyboard, spriteMap, storyboard } from './sprite-map.ts'
import { subtitlePlaylist, timedFromZero } from './subtitle-playlist.ts'

/** Paths below the server's public URL; undefined: there is none, or not yet. */
export type FilePaths = Readonly<{
  /** Master playlist; of what is passed through there is none. */
  hls: string | undefined
  /** DASH manifest of the same segments; of encrypted packages there is none. */
  dash: string | undefined
  /** The original file, of what is passed through. */
  original: string | undefined
  poster: string | undefined
  /** WebVTT map of the small pictures for the seek bar, and the same as data. */
  sprites: string | undefined
  storyboard: string | undefined
}>

export type PlaybackPaths = FilePaths & Readonly<{ token: string; page: string }>

/** A stored file on its way to a viewer. The caller reads `body` to its end or destroys it. */
/** What of a file is wanted: all of it without `range`. Reading stops when `signal` aborts. */
export type FileOptions = Readonly<{ range?: ByteRange | undefined; signal: AbortSignal }>

/** A file of a source, by its name in the address. */
type SourceFileRequest = FileOptions & Readonly<{ assetId: string; sourceId: string; file: string }>

export type PlayableFile = Readonly<{ info: BlobInfo; contentType: string; body: Readable }>

const TOKEN_MS = 12 * 60 * 60 * 1000
/** Links made within this time are the same, so that viewers and caches meet the same addresses. */
const TOKEN_STEP_MS = 10 * 60 * 1000
const MAX_CACHED_PACKAGES = 1_000
const MAX_CACHED_PLAYLISTS = 200
/** For a playlist from the store. */
const READ_TIME_MS = 30_000

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  mp4: 'video/mp4',
  m4a: 'audio/mp4',
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
  /** A package stays where it is, and what is in it as it is; this saves two queries per segment. */
  readonly #packages = new Map<SourceId, Readonly<{ assetId: AssetId; prefix: string }>>()

  /** What the playlists in the store say, by their keys; they never change. */
  readonly #playlists = new Map<string, NamedFiles>()

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
  pathsOf(token: string, { asset, source, isPlayable: plays }: AssetView): FilePaths {
    const base = `/play/${token}/${asset.id}`
    const path = (name: string, isThere: boolean) =>
      plays && source !== undefined && isThere ? `${base}/${name}` : undefined
    const isOriginal = source !== undefined && isPassedThrough(source)
    return {
      hls: path('master.m3u8', !isOriginal),
      dash: path('manifest.mpd', !isOriginal && source?.treatment?.encryption === undefined),
      original: path('original', isOriginal),
      poster: path('poster.jpg', source?.posterKey !== undefined),
      sprites: path('sprites.vtt', source?.sprites !== undefined),
      storyboard: path('storyboard.json', source?.sprites !== undefined),
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

  /** The DASH manifest of what is current now. Throws not_found where there is nothing to play, or nothing clear. */
  async dash(token: string, id: string): Promise<string> {
    const view = await this.open(token, id)
    const { source, asset } = view
    if (!isPlayable(view) || source === undefined || this.pathsOf(token, view).dash === undefined) throw notPlayable()
    const subtitles = await this.#parts.work.read.subtitles.listForAsset(asset.id)
    const renditions = await Promise.all(view.renditions.map((rendition) => this.#timed(source, rendition)))
    return dashManifest(
      { renditions, subtitles, durationMs: Math.max(0, ...view.renditions.map(({ durationMs }) => durationMs)) },
      {
        folder: ({ playlist }) => `${source.id}/${playlist.slice(0, playlist.lastIndexOf('/') + 1)}`,
        subtitle: (subtitle) => `subtitles/${subtitle.id}.vtt`,
      },
    )
  }

  async #timed(source: Source, rendition: Rendition): Promise<TimedRendition> {
    const key = `${source.packagePrefix}${rendition.playlist}`
    let files = this.#playlists.get(key)
    if (files === undefined) {
      const { body } = await this.#parts.blobs.open(key, { signal: AbortSignal.timeout(READ_TIME_MS) })
      const chunks: Buffer[] = []
      for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk)
      files = readPlaylist(Buffer.concat(chunks).toString('utf8'))
      if (this.#playlists.size >= MAX_CACHED_PLAYLISTS) this.#playlists.clear()
      this.#playlists.set(key, files)
    }
    return { rendition, files }
  }

  /**
   * A rendition in one MP4 file: `file` is its name, for example `720p.mp4`. `fileName` is the asset's title with the
   * rendition's name. Throws not_found, also of an asset that was disabled.
   */
  async download(token: string, request: SourceFileRequest): Promise<PlayableFile & Readonly<{ fileName: string }>> {
    const view = await this.open(token, request.assetId)
    if (!isPlayable(view)) throw notPlayable()
    const { asset } = view
    const source = await this.#sourceOf(asset.id, request.sourceId)
    const found = source.downloads?.find(({ file }) => file === request.file)
    if (found === undefined) throw notPlayable()
    const stored = await this.#stored(found.key, request)
    return { ...stored, fileName: `${asset.title} ${request.file}` }
  }

  /** What can be downloaded of what plays; paths as in `pathsOf`. */
  downloads(token: string, { asset, source }: AssetView): readonly (Download & Readonly<{ path: string }>)[] {
    const base = `/play/${token}/${asset.id}/${source?.id}/downloads/`
    return (source?.downloads ?? []).map((one) => ({ ...one, path: base + one.file }))
  }

  /** The playlist of subtitles: one segment, as long as the film, for texts are small. Throws not_found. */
  async subtitlePlaylist(token: string, id: string, subtitleId: string): Promise<string> {
    const { view, subtitle } = await this.#subtitle(token, id, subtitleId)
    return subtitlePlaylist(`${subtitle}.vtt`, view.source?.media?.durationMs ?? 0)
  }

  /** The text of subtitles, as WebVTT. Throws not_found. */
  async subtitleText(token: string, id: string, subtitleId: string): Promise<string> {
    const { subtitle } = await this.#subtitle(token, id, subtitleId)
    const text = await this.#parts.work.read.subtitles.vtt(subtitle)
    if (text === undefined) throw notPlayable()
    return timedFromZero(text)
  }

  /** What there is to read with an asset, for players that are not told by a master playlist; paths as in `pathsOf`. */
  async subtitles(token: string, { asset }: AssetView): Promise<readonly (Subtitle & Readonly<{ path: string }>)[]> {
    const found = await this.#parts.work.read.subtitles.listForAsset(asset.id)
    return found.map((one) => ({ ...one, path: `/play/${token}/${asset.id}/subtitles/${one.id}.vtt` }))
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
    options: FileOptions,
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
  async file(token: string, request: SourceFileRequest): Promise<PlayableFile> {
    const assetId = this.#verified(token, request.assetId)
    if (!/^[a-z0-9-]{1,32}\/[a-z0-9-]{1,32}\.(m3u8|mp4|m4s|vtt)$/.test(request.file)) throw notPlayable()
    return this.#stored(`${await this.#package(assetId, request.sourceId)}${request.file}`, request)
  }

  async poster(token: string, id: string, options: FileOptions): Promise<PlayableFile> {
    const { source } = await this.open(token, id)
    if (source?.posterKey === undefined) throw notPlayable()
    return this.#stored(source.posterKey, options)
  }

  /** The map of the small pictures, as WebVTT. Throws not_found while there is none. */
  async spriteMap(token: string, id: string): Promise<string> {
    const { source, sprites } = await this.#sprites(token, id)
    return spriteMap(sprites, source.media?.durationMs ?? 0, (name) => `${source.id}/sprites/${name}`)
  }

  /** The same as data; addresses are paths below the public URL. */
  async storyboard(token: string, id: string): Promise<Storyboard> {
    const { source, sprites } = await this.#sprites(token, id)
    const base = `/play/${token}/${source.assetId}/${source.id}/sprites/`
    return storyboard(sprites, source.media?.durationMs ?? 0, (name) => base + name)
  }

  /** A sheet of small pictures: `file` is its name, for example `sheet-1.jpg`. */
  async spriteSheet(token: string, request: SourceFileRequest): Promise<PlayableFile> {
    const source = await this.#sourceOf(this.#verified(token, request.assetId), request.sourceId)
    if (source.sprites === undefined || !/^sheet-\d{1,4}\.jpg$/.test(request.file)) throw notPlayable()
    return this.#stored(`${source.sprites.prefix}${request.file}`, request)
  }

  async #sprites(token: string, id: string): Promise<Readonly<{ source: Source; sprites: Sprites }>> {
    const view = await this.open(token, id)
    const { source } = view
    if (!isPlayable(view) || source?.sprites === undefined) throw notPlayable()
    return { source, sprites: source.sprites }
  }

  async #sourceOf(assetId: AssetId, id: string): Promise<Source> {
    const sourceId = parseId('source', id)
    const source = sourceId && (await this.#parts.work.read.sources.get(sourceId))
    if (!source || source.assetId !== assetId) throw notPlayable()
    return source
  }

  /**
   * The original file of what plays, or of the newest source while nothing does, for somebody who has shown that he may
   * have it. Throws not_found until it is stored.
   */
  async original({ source }: AssetView, options: FileOptions): Promise<PlayableFile> {
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

  async #stored(key: string, options: FileOptions): Promise<PlayableFile> {
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
function isPlayable({ isPlayable: plays, asset }: AssetView): boolean {
  return plays && asset.isEnabled
}

function notPlayable(): DomainError {
  return new DomainError('not_found', 'There is nothing to play here.')
}
