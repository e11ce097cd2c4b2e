import { DomainError } from '../errors.ts'
import { type AssetId, newId, type ProjectId, parseId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { ExternalName, Page, Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import type { Upload } from '../uploads/upload.ts'
import { type Asset, PLAIN_ASSET, type Rendition, type Source } from './asset.ts'
import { type AssetStatus, assetStatus } from './asset-state.ts'

/** An asset with everything that is shown of it. `source` is the one that plays, or the newest while none does. */
export type AssetView = Readonly<{
  asset: Asset
  status: AssetStatus
  source: Source | undefined
  renditions: readonly Rendition[]
  /** The newest upload for an asset that has no source yet. */
  upload: Upload | undefined
}>

/** An asset that gets its file later. */
export type NewAsset = Readonly<{
  projectId: ProjectId
  /** Empty: the file's name, once there is one. */
  title: string
  metadata?: Readonly<Record<string, string>>
  /** Names in a dialect's words. */
  externalKeys?: readonly ExternalName[]
}>

const MAX_TITLE = 1_024

/** A worker that does not know yet that it lost its job may still store files; by then it does. */
const PURGE_DELAY_MS = 30_000

type Parts = Readonly<{ work: UnitOfWork; clock: Clock; random: Random; wakeWorkers: () => Promise<void> }>

/** The library: what became of the uploads. */
export class LibraryService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Makes an asset without a file; `UploadService.attach` gives it one. It is listed once it has one. Throws
   * invalid_argument, state_conflict when an external key is taken.
   */
  async create(request: NewAsset): Promise<AssetView> {
    const { work, clock, random } = this.#parts
    const { projectId, title, metadata = {}, externalKeys = [] } = request
    if (title.length > MAX_TITLE) {
      throw new DomainError('invalid_argument', `The title has at most ${MAX_TITLE} characters.`)
    }
    const nowMs = clock.now()
    const id = newId('asset', nowMs, random)
    const asset: Asset = {
      id,
      projectId,
      title,
      ...PLAIN_ASSET,
      metadata,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    }
    await work.transaction(async (tx) => {
      await tx.assets.insert(asset)
      for (const name of externalKeys) await tx.externalKeys.insert({ projectId, ...name, subjectId: id })
    })
    return this.#view(asset)
  }

  /** Throws not_found for an unknown id and for another project's. */
  async get(projectId: ProjectId, id: string): Promise<AssetView> {
    const assetId = parseId('asset', id)
    const asset = assetId && (await this.#parts.work.read.assets.get(projectId, assetId))
    if (!asset) throw notFound()
    return this.#view(asset)
  }

  /** Newest first, at most `page.limit`; assets that wait for their first file are not listed. */
  async list(projectId: ProjectId, page: Page): Promise<readonly AssetView[]> {
    return this.#views(await this.#parts.work.read.assets.list(projectId, {}, page))
  }

  /** The asset a dialect's key names. Throws not_found. */
  async getByKey(projectId: ProjectId, namespace: string, key: string): Promise<AssetView> {
    const entry = await this.#parts.work.read.externalKeys.find(namespace, key, projectId)
    if (entry === undefined) throw notFound()
    return this.get(projectId, entry.subjectId)
  }

  /** What a dialect calls this asset. */
  keyOf(namespace: string, id: AssetId): Promise<string | undefined> {
    return this.#parts.work.read.externalKeys.keyOf(namespace, id)
  }

  /**
   * Deletes the asset, its sources and everything stored for them. What is stored goes in the background; playback
   * ends at once. Uploads still open for it are ended. Throws not_found.
   */
  async delete(projectId: ProjectId, id: string): Promise<void> {
    const assetId = parseId('asset', id)
    if (assetId === undefined) throw notFound()
    const nowMs = this.#parts.clock.now()
    await this.#parts.work.transaction(async (tx) => {
      const asset = await tx.assets.lock(assetId)
      if (asset?.projectId !== projectId) throw notFound()
      for (const source of await tx.sources.listForAsset(assetId)) {
        await tx.jobs.deleteForSource(source.id)
        const runAtMs = nowMs + PURGE_DELAY_MS
        const purge = { kind: 'purge', projectId, assetId, sourceId: source.id, runAtMs } as const
        await tx.jobs.enqueue(purge, { key: `purge:${source.id}:${source.uploadId}`, nowMs })
      }
      await tx.uploads.endForAsset(assetId, nowMs)
      await tx.assets.delete(assetId)
      await tx.outbox.append(projectId, { type: 'asset.deleted', assetId }, nowMs)
    })
    await this.#parts.wakeWorkers()
  }

  /** The asset with its state, for a holder of a playback token. Throws not_found. */
  async find(id: AssetId): Promise<AssetView> {
    const asset = await this.#parts.work.read.assets.find(id)
    if (asset === undefined) throw notFound()
    return this.#view(asset)
  }

  async #view(asset: Asset): Promise<AssetView> {
    const [view] = await this.#views([asset])
    if (view === undefined) throw notFound()
    return view
  }

  async #views(assets: readonly Asset[]): Promise<readonly AssetView[]> {
    const { read } = this.#parts.work
    const sources = await shownSources(read, assets)
    const sourceIds = [...sources.values()].map((source) => source.id)
    const jobs = await read.jobs.listForSources(sourceIds)
    const renditions = await read.sources.renditions(sourceIds)
    const withoutSource = assets.filter((asset) => !sources.has(asset.id)).map((asset) => asset.id)
    const uploads = await read.uploads.newestForAssets(withoutSource)
    return assets.map((asset) => {
      const source = sources.get(asset.id)
      const ownJobs = jobs.filter((job) => job.sourceId === source?.id)
      return {
        asset,
        source,
        status: assetStatus(asset, { source, jobs: ownJobs, upload: uploads.get(asset.id) }),
        upload: uploads.get(asset.id),
        renditions: renditions.filter((rendition) => rendition.sourceId === source?.id),
      }
    })
  }
}

/** The playing source of each asset, else its newest. */
async function shownSources(read: Repositories, assets: readonly Asset[]): Promise<ReadonlyMap<AssetId, Source>> {
  const shown = new Map(await read.sources.newestForAssets(assets.map((asset) => asset.id)))
  for (const asset of assets) {
    const { currentSourceId } = asset
    if (currentSourceId === undefined || shown.get(asset.id)?.id === currentSourceId) continue
    const current = await read.sources.get(currentSourceId)
    if (current !== undefined) shown.set(asset.id, current)
  }
  return shown
}

function notFound(): DomainError {
  return new DomainError('not_found', 'No such asset.')
}
