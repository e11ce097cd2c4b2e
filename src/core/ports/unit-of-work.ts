import type { ApiKey, DialectCredential, Project, User } from '../access/project.ts'
import type { DomainEvent, RecordedEvent } from '../events.ts'
import type {
  ApiKeyId,
  AssetId,
  EventId,
  ImageId,
  JobId,
  ProjectId,
  SourceId,
  SubtitleId,
  UploadId,
  UserId,
} from '../ids.ts'
import type { ClaimedJob, Job, JobError, JobKind, JobSubject } from '../jobs/job.ts'
import type { Asset, AssetExpiry, Rendition, Source } from '../library/asset.ts'
import type { AssetFilter, AssetOrder, Window } from '../library/asset-filter.ts'
import type { StoredFiles } from '../library/stored-files.ts'
import type { Image } from '../transcoding/image.ts'
import type { EncodedPiece } from '../transcoding/piece.ts'
import type { Profile } from '../transcoding/profile.ts'
import type { Split } from '../transcoding/split.ts'
import type { Subtitle } from '../transcoding/subtitle.ts'
import type { Workflow } from '../transcoding/workflow.ts'
import type { Pull } from '../uploads/pull.ts'
import type { Upload, UploadState } from '../uploads/upload.ts'
import type { ByteRange } from './blob-store.ts'
import type { CategoryRepository, ChannelRepository, PlacementRepository } from './library-repositories.ts'
import type { DeliveryRepository, EndpointRepository } from './webhook-repositories.ts'

/**
 * The database as the core sees it. Implementation: db/kysely-unit-of-work.ts, on SQLite and PostgreSQL.
 * test/contract/unit-of-work.ts proves for both: what `work` did is there entirely or not at all; a committed
 * transaction survives a crash; two transactions that lock the same row run one after the other.
 * `work` does no I/O besides the repositories it is given, and is short.
 */
export interface UnitOfWork {
  transaction<T>(work: (tx: Repositories) => Promise<T>): Promise<T>
  /** Single statements outside a transaction. */
  readonly read: Repositories
}

export type Repositories = Readonly<{
  projects: ProjectRepository
  apiKeys: ApiKeyRepository
  users: UserRepository
  credentials: CredentialRepository
  uploads: UploadRepository
  assets: AssetRepository
  categories: CategoryRepository
  channels: ChannelRepository
  placements: PlacementRepository
  sources: SourceRepository
  profiles: SettingsRepository<Profile>
  workflows: SettingsRepository<Workflow>
  images: ImageRepository
  subtitles: SubtitleRepository
  splits: SplitRepository
  jobs: JobRepository
  pulls: PullRepository
  outbox: OutboxRepository
  endpoints: EndpointRepository
  deliveries: DeliveryRepository
  externalKeys: ExternalKeyRepository
  idempotency: IdempotencyRepository
}>

/** A page of a list, newest first; `after` is the id of the last row of the page before. `limit` is at most 500. */
export type Page = Readonly<{ limit: number; after?: string | undefined }>

export interface ProjectRepository {
  insert(project: Project): Promise<void>
  get(id: ProjectId): Promise<Project | undefined>
  /** The oldest project: the one that the first start created. */
  first(): Promise<Project | undefined>
}

export interface ApiKeyRepository {
  insert(key: ApiKey, hash: string): Promise<void>
  /** Live keys only. */
  findByHash(hash: string): Promise<ApiKey | undefined>
  list(projectId: ProjectId): Promise<readonly ApiKey[]>
  revoke(projectId: ProjectId, id: ApiKeyId, atMs: number): Promise<boolean>
}

export interface UserRepository {
  insert(user: User): Promise<void>
  findByLogin(login: string): Promise<User | undefined>
  get(id: UserId): Promise<User | undefined>
  setPasswordHash(id: UserId, passwordHash: string): Promise<void>
  insertSession(session: Readonly<{ hash: string; userId: UserId; expiresAtMs: number }>): Promise<void>
  findSession(hash: string, nowMs: number): Promise<User | undefined>
  deleteSession(hash: string): Promise<void>
  deleteExpiredSessions(nowMs: number): Promise<number>
}

export interface CredentialRepository {
  /** Inserts or replaces the project's credential of that dialect with that lookup. */
  put(credential: DialectCredential): Promise<void>
  find(dialect: string, lookup: string): Promise<DialectCredential | undefined>
  listForProject(projectId: ProjectId, dialect: string): Promise<readonly DialectCredential[]>
  /** Remembers until `untilMs` that the session of this hash is over; repeated, the later end counts. */
  revoke(dialect: string, hash: string, untilMs: number): Promise<void>
  isRevoked(dialect: string, hashes: readonly string[]): Promise<boolean>
  /**
   * Counts one more use of the session of this hash; false, and nothing counted, when `limit` uses were counted before.
   * Of uses at the same moment, on any node, no more are counted than the limit has left. Forgotten after `untilMs`.
   */
  countUse(dialect: string, hash: string, bound: Readonly<{ limit: number; untilMs: number }>): Promise<boolean>
  /** Forgets revocations and counts of sessions that ended by themselves before this. */
  forgetSessions(beforeMs: number): Promise<number>
}

/** The columns of an upload that change after it was created; absent members stay as they are. */
export type UploadChange = Readonly<
  Partial<
    Pick<
      Upload,
      | 'state'
      | 'sizeBytes'
      | 'assetId'
      | 'fileName'
      | 'target'
      | 'policy'
      | 'staging'
      | 'failure'
      | 'expiresAtMs'
      | 'completedAtMs'
      | 'sequence'
      | 'partOf'
      | 'partIds'
      | 'echo'
      | 'sha256'
    >
  >
>

export interface UploadRepository {
  /** `tokenHash` is the SHA-256 of the token in lower-case hexadecimal; unique. */
  insert(upload: Upload, tokenHash: string): Promise<void>
  findByTokenHash(tokenHash: string): Promise<Upload | undefined>
  get(id: UploadId): Promise<Upload | undefined>
  /** As `get`, and no other transaction changes the upload until this one ends. */
  lock(id: UploadId): Promise<Upload | undefined>
  newestForAsset(assetId: AssetId): Promise<Upload | undefined>
  /** Newest upload of each asset, without ranges filled in where `ranges` does not matter to the caller. */
  newestForAssets(assetIds: readonly AssetId[]): Promise<ReadonlyMap<AssetId, Upload>>
  /** Newest first, without parts. */
  list(
    projectId: ProjectId,
    filter: Readonly<{ states: readonly UploadState[]; ownerId?: string }>,
    page: Page,
  ): Promise<readonly Upload[]>
  update(id: UploadId, change: UploadChange, nowMs: number): Promise<void>
  /** Voids the tokens of all unfinished uploads for this asset. */
  endForAsset(assetId: AssetId, nowMs: number): Promise<void>
  /**
   * Adds a range that is on stable storage, merging it with its neighbours, and the receipts that prove it. The
   * transaction holds the upload's lock.
   */
  addRange(id: UploadId, range: ByteRange, receipts: readonly string[]): Promise<void>
  /** Forgets all ranges and receipts (an explicit restart). */
  clearRanges(id: UploadId): Promise<void>
  receipts(id: UploadId): Promise<readonly string[]>
  /** Open uploads whose expiry is at or before `nowMs`, oldest expiry first. */
  listExpired(nowMs: number, limit: number): Promise<readonly Upload[]>
  /** Consumed uploads of a file whose verified SHA-256 this is, newest first, without ranges filled in. */
  listWithDigest(projectId: ProjectId, sha256: string, limit: number): Promise<readonly Upload[]>
  /** Complete but never consumed, and completed at or before `completedBeforeMs`. */
  listUnclaimed(completedBeforeMs: number, limit: number): Promise<readonly Upload[]>
  /** The open parts that were made for this upload, without ranges filled in. */
  openPartsOf(id: UploadId): Promise<readonly Upload[]>
  /** The open parts whose bytes lie in this staged file. */
  partsIn(stagingKey: string): Promise<readonly UploadId[]>
  /** Open uploads that wait for their parts or for the parts' bytes, oldest first. */
  listJoining(limit: number): Promise<readonly Upload[]>
  /** Of the given staging keys, those whose bytes nobody will need: no such upload, an ended or a published one. */
  unownedStagingKeys(keys: readonly string[]): Promise<readonly string[]>
  /** Bytes that open uploads with a declared size may still send; those of parts count with the upload they are of, if it declares one. */
  reservedBytes(): Promise<number>
  delete(id: UploadId): Promise<void>
}

/** The columns of an asset that change; absent members stay as they are. */
export type AssetChange = Readonly<Partial<Omit<Asset, 'id' | 'projectId' | 'createdAtMs' | 'updatedAtMs'>>>

export interface AssetRepository {
  insert(asset: Asset): Promise<void>
  get(projectId: ProjectId, id: AssetId): Promise<Asset | undefined>
  /** For callers that hold a signed playback token instead of a project. */
  find(id: AssetId): Promise<Asset | undefined>
  /** As `find`, and no other transaction changes the asset, or adds a source to it, until this one ends. */
  lock(id: AssetId): Promise<Asset | undefined>
  /** Newest first; assets that still wait for their first file are left out unless asked for. */
  list(projectId: ProjectId, filter: Readonly<{ includeWaiting?: boolean }>, page: Page): Promise<readonly Asset[]>
  /** A numbered page, in that order; without `states`, assets that still wait for their first file are left out. */
  search(
    projectId: ProjectId,
    filter: AssetFilter,
    window: Window & Readonly<{ order: AssetOrder }>,
  ): Promise<readonly Asset[]>
  /** How many assets `search` finds in all. */
  count(projectId: ProjectId, filter: AssetFilter): Promise<number>
  update(id: AssetId, change: AssetChange, nowMs: number): Promise<void>
  /** With everything that belongs to it, and its names. */
  delete(id: AssetId): Promise<void>
  /** Says when the asset goes by itself, or (undefined) that it does not; instead of what was said before. */
  expire(id: AssetId, expiry: AssetExpiry | undefined): Promise<void>
  expiry(id: AssetId): Promise<AssetExpiry | undefined>
  /** Assets of all projects whose expiry is at or before `nowMs`, oldest first. */
  expiring(nowMs: number, limit: number): Promise<readonly AssetId[]>
}

export type SourceChange = Readonly<
  Partial<
    Pick<
      Source,
      | 'media'
      | 'treatment'
      | 'packagePrefix'
      | 'posterKey'
      | 'sprites'
      | 'downloads'
      | 'failure'
      | 'readyAtMs'
      | 'activation'
    >
  >
>

export interface SourceRepository {
  /** Also notes in whose folders its files lie. */
  insert(source: Source): Promise<void>
  get(id: SourceId): Promise<Source | undefined>
  /** Newest version first. */
  listForAsset(assetId: AssetId): Promise<readonly Source[]>
  /** The newest source of each asset. */
  newestForAssets(assetIds: readonly AssetId[]): Promise<ReadonlyMap<AssetId, Source>>
  update(id: SourceId, change: SourceChange): Promise<void>
  delete(id: SourceId): Promise<void>
  /** The sources in whose folders files of this one lie, or lay when it was inserted; without itself. */
  foldersOf(id: SourceId): Promise<readonly SourceId[]>
  /** Where the files of those lie that use this source's folder besides itself; each combination once. */
  usersOf(folder: SourceId): Promise<readonly StoredFiles[]>
  /** Replaces the source's renditions by these. */
  setRenditions(id: SourceId, renditions: readonly Rendition[]): Promise<void>
  renditions(ids: readonly SourceId[]): Promise<readonly Rendition[]>
  /** Replaces the keys of the source's encrypted package, in playing order, 16 bytes each; sealed at rest. */
  setContentKeys(id: SourceId, keys: readonly Uint8Array[]): Promise<void>
  contentKeys(id: SourceId): Promise<readonly Uint8Array[]>
}

/** Profiles and workflows are alike: a project's own, found by key. `Kept` is Profile or Workflow. */
export interface SettingsRepository<Kept extends { key: string; projectId: ProjectId }> {
  /** Inserts, or replaces name and settings of the project's one of that key. */
  put(kept: Kept): Promise<void>
  find(projectId: ProjectId, key: string): Promise<Kept | undefined>
  /** By key. At most 500. */
  list(projectId: ProjectId): Promise<readonly Kept[]>
  /** Whether there was one. */
  delete(projectId: ProjectId, key: string): Promise<boolean>
}

export interface ImageRepository {
  insert(image: Image, bytes: Uint8Array): Promise<void>
  get(projectId: ProjectId, id: ImageId): Promise<Image | undefined>
  /** For a worker, which holds no project. */
  bytes(id: ImageId): Promise<Readonly<{ image: Image; bytes: Uint8Array }> | undefined>
  /** Newest first. At most 500. */
  list(projectId: ProjectId): Promise<readonly Image[]>
  delete(projectId: ProjectId, id: ImageId): Promise<boolean>
}

export type SubtitleChange = Readonly<{
  language?: string | undefined
  label?: string | undefined
  isDefault?: boolean | undefined
  vtt?: string | undefined
}>

/** The texts go with their asset. */
export interface SubtitleRepository {
  /** `vtt` is the whole WebVTT file; empty while it has not come. */
  insert(subtitle: Subtitle, vtt: string): Promise<void>
  get(id: SubtitleId): Promise<Subtitle | undefined>
  vtt(id: SubtitleId): Promise<string | undefined>
  /** Those that have a text, oldest first. */
  listForAsset(assetId: AssetId): Promise<readonly Subtitle[]>
  /** As `listForAsset`, of several at once. */
  listForAssets(assetIds: readonly AssetId[]): Promise<readonly Subtitle[]>
  /** Also those whose text has not come, oldest first. */
  listAll(assetId: AssetId): Promise<readonly Subtitle[]>
  /** Absent members stay as they are. */
  update(id: SubtitleId, change: SubtitleChange): Promise<void>
  /** Takes the default from all of the asset's. */
  clearDefault(assetId: AssetId): Promise<void>
  delete(assetId: AssetId, id: SubtitleId): Promise<boolean>
}

/** Films that are encoded in pieces, while they are. They go with their source. */
export interface SplitRepository {
  insert(split: Split): Promise<void>
  get(sourceId: SourceId): Promise<Split | undefined>
  /** Notes what came of the piece at `position`; repeated, the later counts. */
  setMade(sourceId: SourceId, position: number, made: EncodedPiece): Promise<void>
  countMade(sourceId: SourceId): Promise<number>
  /** What came of the pieces that are made, in playing order. */
  made(sourceId: SourceId): Promise<readonly EncodedPiece[]>
  delete(sourceId: SourceId): Promise<void>
}

export type NewJob<Kind extends JobKind = JobKind> = Readonly<{
  projectId: ProjectId
  assetId: AssetId
  priority?: number
  maxAttempts?: number
  /** Of a job of kind `piece`. */
  piece?: number
  runAtMs?: number
}> &
  JobSubject<Kind>

/**
 * Jobs within a transaction. `key` makes enqueueing idempotent: a second job of the same key is not inserted.
 * Claiming and heartbeats are the queue's (ports/job-queue.ts).
 */
export interface JobRepository {
  enqueue(job: NewJob, options: Readonly<{ key: string; nowMs: number }>): Promise<void>
  get(id: JobId): Promise<Job<JobKind> | undefined>
  listForSources(sourceIds: readonly SourceId[]): Promise<readonly Job[]>
  /** Every job about the asset, oldest first; the newest 500 when there are more. */
  listForAsset(assetId: AssetId): Promise<readonly Job<JobKind>[]>
  /** The job that gets the upload's file from an address. */
  pullOf(uploadId: UploadId): Promise<Job<'pull'> | undefined>
  /** Ends a claimed job well. Throws DomainError('lease_lost') when the claim is no longer the current one. */
  finish(job: ClaimedJob<JobKind>, nowMs: number): Promise<void>
  /** Ends a claimed job for good as failed. Throws DomainError('lease_lost') likewise. */
  fail(job: ClaimedJob<JobKind>, error: JobError, nowMs: number): Promise<void>
  /** Ends a job that waits or runs; whoever holds it has lost it. `as` is `cancelled` unless given. False: it has ended already. */
  cancel(id: JobId, error: JobError, nowMs: number, as?: 'cancelled' | 'failed'): Promise<boolean>
  /**
   * Puts a claimed job back until `runAtMs`, for what it needs first; the attempt does not count. `requeue` ends the wait.
   * Throws DomainError('lease_lost') when the claim is no longer the current one.
   */
  park(job: ClaimedJob<JobKind>, runAtMs: number): Promise<void>
  /** Lets an ended job, or one that waits for its next attempt, run now, with all its attempts. False: it is not such a one. */
  requeue(id: JobId, nowMs: number): Promise<boolean>
  deleteForSource(sourceId: SourceId): Promise<void>
}

/** Where uploads get their files from, while they do. Goes with the upload. */
export interface PullRepository {
  insert(pull: Pull): Promise<void>
  get(uploadId: UploadId): Promise<Pull | undefined>
  /** What the other server said of the file whose bytes are stored from now on. */
  describe(uploadId: UploadId, file: Pick<Pull, 'totalBytes' | 'version'>): Promise<void>
  delete(uploadId: UploadId): Promise<void>
}

export interface OutboxRepository {
  append(projectId: ProjectId, event: DomainEvent, atMs: number): Promise<EventId>
  /** Oldest first. */
  list(projectId: ProjectId, limit: number): Promise<readonly RecordedEvent[]>
  get(id: EventId): Promise<RecordedEvent | undefined>
  /** Of all projects, oldest first: those that have not become deliveries yet. */
  undispatched(limit: number): Promise<readonly RecordedEvent[]>
  /** Notes that they have become deliveries, in this transaction. @returns those that nobody had noted before */
  dispatched(ids: readonly EventId[], nowMs: number): Promise<readonly EventId[]>
  /** Dispatched ones that happened before. At most `limit`. */
  deleteDispatched(beforeMs: number, limit: number): Promise<number>
}

/** `instead`: the subject that the key named until now; it names the new one from now on. */
export type ExternalName = Readonly<{ namespace: string; key: string; instead?: string | undefined }>

/** What a dialect calls our things: (project, namespace, key) names one subject, for example a Kollus file key. */
export interface ExternalKeyRepository {
  /** Throws DomainError('state_conflict') when the key is taken, or names another subject than `instead`. */
  insert(entry: ExternalName & Readonly<{ projectId: ProjectId; subjectId: string }>): Promise<void>
  find(
    namespace: string,
    key: string,
    projectId?: ProjectId,
  ): Promise<Readonly<{ projectId: ProjectId; subjectId: string }> | undefined>
  keyOf(namespace: string, subjectId: string): Promise<string | undefined>
  /** The keys of many subjects, by subject. */
  keysOf(namespace: string, subjectIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Everything a subject is called, by namespace; of several in one namespace, one. */
  namesOf(subjectId: string): Promise<Readonly<Record<string, string>>>
  /** Forgets everything a subject is called. */
  deleteOf(subjectId: string): Promise<void>
}

export interface IdempotencyRepository {
  /** The stored answer of an earlier request with this key, and the hash of what it asked for. */
  find(projectId: ProjectId, key: string): Promise<Readonly<{ requestHash: string; answer: string }> | undefined>
  /** Throws DomainError('state_conflict') when the key exists. `answer` is sealed at rest. */
  insert(
    entry: Readonly<{ projectId: ProjectId; key: string; requestHash: string; answer: string; atMs: number }>,
  ): Promise<void>
  deleteOlderThan(atMs: number): Promise<number>
}
