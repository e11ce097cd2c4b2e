import type { AssetId, CategoryId, ChannelId, ProjectId, UploadId } from '../ids.ts'
import type { SourceActivation } from '../library/asset.ts'
import type { StagingRef } from '../ports/staging-store.ts'
import type { RangeSet } from './ranges.ts'

/**
 * pending → receiving → complete → consumed, or failed / expired / deleted.
 * `pending`: token issued, no byte yet. `receiving`: at least one request carried bytes. `complete`: every byte is on
 * stable storage and nothing may change any more. `consumed`: the file became the source of an asset.
 */
export const UPLOAD_STATES = ['pending', 'receiving', 'complete', 'consumed', 'failed', 'expired', 'deleted'] as const
export type UploadState = (typeof UPLOAD_STATES)[number]

/** States that still take bytes. */
export const OPEN_STATES = ['pending', 'receiving'] as const satisfies readonly UploadState[]

export function isOpen(state: UploadState): boolean {
  return state === 'pending' || state === 'receiving'
}

export function isFinished(state: UploadState): boolean {
  return state === 'complete' || state === 'consumed'
}

/** A digest of the whole file, lower-case hexadecimal. */
export type FileDigest = Readonly<{ algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512'; hex: string }>

/**
 * What the token allows; decided when it is issued and enforced on every verb of every transport.
 */
export type UploadPolicy = Readonly<{
  /** No byte at or past this offset is taken. */
  maxSizeBytes: number
  /** Chunks that are not the last one must have at least this size; 0 means any. */
  minChunkBytes: number
  /**
   * `lease`: each acknowledged step moves the expiry to now + `leaseMs`, never past `hardExpiresAtMs` of the upload.
   * `deadline`: the whole transfer must end before the expiry (a dialect's rule).
   */
  expiry: 'lease' | 'deadline'
  leaseMs: number
  /** `automatic`: complete as soon as every byte of a known size is there. `explicit`: only when somebody says so. */
  completion: 'automatic' | 'explicit'
  /** Content types found by looking at the bytes (`video/*` is a pattern); empty means any. */
  allowedTypes: readonly string[]
  /** The server gets the file by itself, from an address; the token only watches. */
  isPulled?: boolean
  /** Browser origins that may use the token; empty means any. */
  origins: readonly string[]
  /** The whole file must have this digest before it counts as complete. */
  digest: FileDigest | undefined
  /** Who asked for the token, in the caller's words; a dialect may tie resuming to it. */
  ownerId: string | undefined
}>

/** What shall become of the file. */
export type UploadTarget = Readonly<{
  title: string | undefined
  /** The asset is filed in these once it has its file; those that are gone by then are passed over. */
  categoryIds?: readonly CategoryId[]
  /** The asset is placed in these as soon as it plays. */
  channelIds?: readonly ChannelId[]
  profileKey: string | undefined
  workflowKey: string | undefined
  encrypt: boolean
  audioOnly: boolean
  passthrough: boolean
  /** With `passthrough`: what is no media is kept all the same, and given out as it is. */
  anyFile?: boolean
  /** The asset's subtitles in this language are drawn into the pictures, whatever the workflow says. */
  burnInLanguage?: string | undefined
  overwrite: boolean
  /** The file becomes a new source of this asset instead of a new asset. */
  replaceAssetId: AssetId | undefined
  /** Whether that source plays as soon as it can; automatic where nothing is said. */
  activation?: SourceActivation
  /** The customer's own names and values, carried to the asset. */
  metadata: Readonly<Record<string, string>>
}>

/** Nothing is said of the file by itself. */
export const EMPTY_TARGET: UploadTarget = {
  title: undefined,
  profileKey: undefined,
  workflowKey: undefined,
  encrypt: false,
  audioOnly: false,
  passthrough: false,
  overwrite: false,
  replaceAssetId: undefined,
  metadata: {},
}

/**
 * `part`: its bytes are meant to be joined with others into one file (see join-parts.ts). It never completes by itself.
 * `reused`: its bytes were here before (see library/reused-upload.ts). It takes none, and no list shows it.
 */
export type UploadKind = 'file' | 'part' | 'reused'

/** Where an upload's bytes lie: in a staged file of its own, or for a part in a shared one, beginning at `startByte`. */
export type StagedPlace = StagingRef & Readonly<{ startByte?: number }>

export type UploadFailure = Readonly<{ code: string; message: string }>

/** One intent to send one file. Times in milliseconds since the epoch, sizes in bytes. */
export type Upload = Readonly<{
  id: UploadId
  projectId: ProjectId
  /** The asset that is waiting for this file, or got it. */
  assetId: AssetId | undefined
  state: UploadState
  fileName: string
  /** Total size, once anybody stated it. */
  sizeBytes: number | undefined
  policy: UploadPolicy
  target: UploadTarget
  staging: StagedPlace
  kind: UploadKind
  /** Of a part: the upload that it was made for, or that joined it. */
  partOf: UploadId | undefined
  /** The parts, in order, whose bytes become this file; it takes none from clients then. */
  partIds: readonly UploadId[] | undefined
  /** What a transport has to repeat to its client word for word, under names of its own. Nothing else reads it. */
  echo: Readonly<Record<string, string>>
  /** Received bytes that are on stable storage. */
  ranges: RangeSet
  /** Grows with every run of bytes; orders overlapping runs. */
  sequence: number
  failure: UploadFailure | undefined
  createdAtMs: number
  updatedAtMs: number
  expiresAtMs: number
  /** No lease goes past this. */
  hardExpiresAtMs: number
  completedAtMs: number | undefined
  /** Of the complete file, lower-case hexadecimal; known only where somebody said it and it was verified. */
  sha256?: string | undefined
}>

/** A run of bytes that a request proposes to send; `end` is undefined while its length is unknown. */
export type ProposedRun = Readonly<{ start: number; end: number | undefined }>
