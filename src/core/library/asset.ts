import type { AssetId, ProjectId, RenditionId, SourceId, UploadId } from '../ids.ts'
import type { AudioTrack } from '../transcoding/encode-plan.ts'
import type { MediaInfo } from '../transcoding/media-info.ts'
import type { Download, Sprites } from '../transcoding/package-extras.ts'
import type { Treatment } from '../transcoding/treatment.ts'

/** A library item. Its id never changes, whatever happens to its content. */
export type Asset = Readonly<{
  id: AssetId
  projectId: ProjectId
  title: string
  /** The source that is played; undefined until the first one is ready, although something may play early by then. */
  currentSourceId: SourceId | undefined
  metadata: Readonly<Record<string, string>>
  description: string
  /** Without doubles, in the order they were given. */
  tags: readonly string[]
  /** A disabled asset stays in the library and does not play. */
  isEnabled: boolean
  /** What it is, once somebody said so or probing found out. */
  kind: AssetKind | undefined
  /** Who it belongs to, in the caller's words. */
  ownerId: string | undefined
  createdAtMs: number
  updatedAtMs: number
}>

export type AssetKind = 'video' | 'audio' | 'image'

/** The members that a new asset has unless it was said otherwise. */
export const PLAIN_ASSET = {
  currentSourceId: undefined,
  metadata: {},
  description: '',
  tags: [],
  isEnabled: true,
  kind: undefined,
  ownerId: undefined,
} as const satisfies Partial<Asset>

export type SourceActivation = 'automatic' | 'manual'

/** When an asset goes by itself. `onlyIfEmpty`: unless it has a file by then, or one is on its way. */
export type AssetExpiry = Readonly<{ atMs: number; onlyIfEmpty: boolean }>

/** Why a source will not become playable. `reason` is one of transcoding/refusal.ts for refused media. */
export type SourceFailure = Readonly<{ code: string; reason: string; message: string }>

/** One version of an asset's original file. */
export type Source = Readonly<{
  id: SourceId
  assetId: AssetId
  projectId: ProjectId
  uploadId: UploadId
  /** 1 for the first file of the asset, growing by one with each replacement. */
  version: number
  /** Of the original. It lies, as may the other files, in another source's folder where this one was copied. */
  blobKey: string
  fileName: string
  sizeBytes: number
  /** Known after probing. */
  media: MediaInfo | undefined
  /** What is done to it; decided with the probing, undefined for sources of older versions. */
  treatment?: Treatment | undefined
  /** Folder of the HLS tree in the blob store, ending in '/'; known once it, or its smallest size, is encoded. */
  packagePrefix: string | undefined
  posterKey: string | undefined
  /** Small pictures for the seek bar, once they are made. */
  sprites?: Sprites | undefined
  /** MP4 files of its renditions, where the profile asks for them. */
  downloads?: readonly Download[] | undefined
  failure: SourceFailure | undefined
  /** `automatic`: plays as soon as it can, unless a newer version does. `manual`: when somebody says so. */
  activation: SourceActivation
  createdAtMs: number
  /** When all that was promised of it was there. */
  readyAtMs: number | undefined
}>

/** One encoded ladder step of a source. */
export type Rendition = Readonly<{
  id: RenditionId
  sourceId: SourceId
  name: string
  /** Of a rendition that is sound beside a film's pictures; undefined for what is played by itself or with it. */
  track?: AudioTrack | undefined
  /** Relative to the source's package. */
  playlist: string
  widthPx: number | undefined
  heightPx: number | undefined
  frameRate: number | undefined
  codecs: string
  bandwidth: number
  averageBandwidth: number
  durationMs: number
  sizeBytes: number
}>

/** What is made for a source comes to lie under this folder of the blob store. */
export function sourceFolder(sourceId: SourceId): string {
  return `sources/${sourceId}/`
}

/** The original file of a source. */
export function originalKey(sourceId: SourceId): string {
  return `${sourceFolder(sourceId)}original`
}
