import { DomainError } from '../errors.ts'
import { type AssetId, type CategoryId, newId, type ProjectId, parseId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { ExternalName, Page, Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import type { Upload } from '../uploads/upload.ts'
import { type Asset, type AssetKind, PLAIN_ASSET, type Rendition, type Source } from './asset.ts'
import { type AssetEdit, MAX_TITLE, planEdit } from './asset-changes.ts'
import { type AssetFilter, type AssetOrder, assertWindow, type Window } from './asset-filter.ts'
import { assetSnapshot } from './asset-snapshot.ts'
import { type AssetStatus, assetStatus } from './asset-state.ts'
import { discardSource } from './discard-source.ts'
import { setCategories } from './filing.ts'
import { withdrawAll } from './placing.ts'
import { playingSource } from './playing-source.ts'

/** An asset with everything that is shown of it. `source` is the one that plays, or the newest while none does. */
export type AssetView = Readonly<{
  asset: Asset
  status: AssetStatus
  /** There is something to watch: `source`, if need be in its smallest size while the others are made. */
  isPlayable: boolean
  source: Source | undefined
  /** A newer version is being processed; `source` plays meanwhile. */
  isChanging: boolean
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
  description?: string | undefined
  tags?: readonly string[] | undefined
  kind?: AssetKind | undefined
  ownerId?: string | undefined
  categoryIds?: readonly CategoryId[] | undefined
  /** When it goes by itself, unless it has a file by then or one is on its way; undefined: it waits for good. */
  fillByMs?: number | undefined
  /** Names in a dialect's words. */
  externalKeys?: readonly ExternalName[]
}>

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
    const { projectId, title, metadata = {}, externalKeys = [], categoryIds = [] } = request
    if (title.length > MAX_TITLE) {
      throw new DomainError('invalid_argument', `The title has at most ${MAX_TITLE} characters.`)
    }
    const nowMs = clock.now()
    const id = newId('asset', nowMs, random)
    const plain: Asset = {
      id,
      projectId,
      title,
      ...PLAIN_ASSET,
      metadata,
      kind: request.kind,
      ownerId: request.ownerId,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    }
    const { description, tags } = request
    const asset: Asset = { ...plain, ...planEdit(plain, { description, tags }).change }
    await work.transaction(async (tx) => {
      await tx.assets.insert(asset)
      await setCategories(tx, asset, categoryIds, nowMs)
      if (request.fillByMs !== undefined) await tx.assets.expire(id, { atMs: request.fillByMs, onlyIfEmpty: true })
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

  /**
   * A numbered page of what the filter lets through, with the number of all of it. Without `states`, assets that wait
   * for their first file are left out. Throws invalid_argument for a page that is too large or lies too deep.
   */
  async search(
    projectId: ProjectId,
    filter: AssetFilter,
    window: Window & Readonly<{ order?: AssetOrder }>,
  ): Promise<Readonly<{ items: readonly AssetView[]; total: number }>> {
    assertWindow(window)
    const { assets } = this.#parts.work.read
    const total = await assets.count(projectId, filter)
    if (total <= window.offset) return { items: [], total }
    const found = await assets.search(projectId, filter, { order: 'created_desc', ...window })
    return { items: await this.#views(found), total }
  }

  count(projectId: ProjectId, filter: AssetFilter): Promise<number> {
    return this.#parts.work.read.assets.count(projectId, filter)
  }

  /** Those of the project's assets that exist, in the order asked for. */
  async getMany(projectId: ProjectId, ids: readonly AssetId[]): Promise<readonly AssetView[]> {
    const window = { order: 'created_desc', offset: 0, limit: ids.length } as const
    const states = ['waiting', 'processing', 'ready', 'failed'] as const
    const found = await this.#parts.work.read.assets.search(projectId, { ids, states }, window)
    const views = new Map((await this.#views(found)).map((view) => [view.asset.id, view]))
    return ids.map((id) => views.get(id)).filter((view) => view !== undefined)
  }

  /**
   * Changes what an asset is called, described and organised by, and tells it if anything changed. Throws not_found,
   * also for a category that is not there, and invalid_argument.
   */
  async update(projectId: ProjectId, id: string, edit: AssetEdit): Promise<AssetView> {
    const { work, clock } = this.#parts
    const assetId = parseId('asset', id)
    if (assetId === undefined) throw notFound()
    const nowMs = clock.now()
    await work.transaction(async (tx) => {
      const asset = await tx.assets.lock(assetId)
      if (asset?.projectId !== projectId) throw notFound()
      const { change, traits } = planEdit(asset, edit)
      const isMoved = edit.categoryIds !== undefined && (await setCategories(tx, asset, edit.categoryIds, nowMs))
      const changes = isMoved ? ([...traits, 'categories'] as const) : traits
      if (Object.keys(change).length === 0 && changes.length === 0) return
      await tx.assets.update(assetId, change, nowMs)
      if (changes.length > 0) await tx.outbox.append(projectId, { type: 'asset.updated', assetId, changes }, nowMs)
    })
    return this.get(projectId, id)
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

  /** Lets the asset go by itself at that time, whatever is in it then; undefined: it stays. Throws not_found. */
  async keepUntil(projectId: ProjectId, id: AssetId, untilMs: number | undefined): Promise<void> {
    await this.#parts.work.transaction(async (tx) => {
      const asset = await tx.assets.lock(id)
      if (asset?.projectId !== projectId) throw notFound()
      await tx.assets.expire(id, untilMs === undefined ? undefined : { atMs: untilMs, onlyIfEmpty: false })
    })
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
        await discardSource(tx, source, nowMs)
      }
      await withdrawAll(tx, asset, nowMs)
      const gone = await assetSnapshot(tx, asset)
      await tx.uploads.endForAsset(assetId, nowMs)
      await tx.assets.delete(assetId)
      await tx.outbox.append(projectId, { type: 'asset.deleted', assetId, asset: gone }, nowMs)
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
    const newest = await read.sources.newestForAssets(assets.map((asset) => asset.id))
    const sources = await shownSources(read, assets, newest)
    const sourceIds = [...sources.values()].map((source) => source.id)
    // Until a version has taken its place, the state of an asset is that of its newest.
    const leading = ({ id, currentSourceId }: Asset) => (currentSourceId === undefined ? newest : sources).get(id)
    const leadingIds = assets.map(leading).flatMap((source) => source?.id ?? [])
    const jobs = await read.jobs.listForSources(leadingIds)
    const renditions = await read.sources.renditions(sourceIds)
    const withoutSource = assets.filter((asset) => !sources.has(asset.id)).map((asset) => asset.id)
    const uploads = await read.uploads.newestForAssets(withoutSource)
    return assets.map((asset) => {
      const source = sources.get(asset.id)
      const led = leading(asset)
      const ownJobs = jobs.filter((job) => job.sourceId === led?.id)
      return {
        asset,
        source,
        isPlayable: asset.currentSourceId !== undefined || source?.packagePrefix !== undefined,
        isChanging: isUnderWay(newest.get(asset.id), source),
        status: assetStatus(asset, { source: led, jobs: ownJobs, upload: uploads.get(asset.id) }),
        upload: uploads.get(asset.id),
        renditions: renditions.filter((rendition) => rendition.sourceId === source?.id),
      }
    })
  }
}

/** Of each asset what `playingSource` says, else its newest source. */
async function shownSources(
  read: Repositories,
  assets: readonly Asset[],
  newest: ReadonlyMap<AssetId, Source>,
): Promise<ReadonlyMap<AssetId, Source>> {
  const shown = new Map(newest)
  for (const asset of assets) {
    const last = newest.get(asset.id)
    if (last === undefined || last.id === asset.currentSourceId) continue
    const isOnly = asset.currentSourceId === undefined && (last.version === 1 || last.packagePrefix !== undefined)
    const playing = isOnly ? undefined : await playingSource(read, asset)
    if (playing !== undefined) shown.set(asset.id, playing)
  }
  return shown
}

function isUnderWay(newest: Source | undefined, shown: Source | undefined): boolean {
  if (newest === undefined || newest.id === shown?.id) return false
  return newest.readyAtMs === undefined && newest.failure === undefined
}

function notFound(): DomainError {
  return new DomainError('not_found', 'No such asset.')
}
