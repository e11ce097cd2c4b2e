import { DomainError } from '../errors.ts'
import { type AssetId, newId, type ProjectId, parseId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { ExternalName, Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import { decideTreatment } from '../transcoding/decide-treatment.ts'
import { promisedWishes } from '../transcoding/promised-wishes.ts'
import type { Treatment } from '../transcoding/treatment.ts'
import { EMPTY_TARGET, type UploadTarget } from '../uploads/upload.ts'
import type { AttachWishes } from '../uploads/upload-attacher.ts'
import type { Asset, Source } from './asset.ts'
import { type AssetEdit, planEdit } from './asset-changes.ts'
import { awaitedUpload, insertWaitingUpload } from './awaited-file.ts'
import { assertCopyable, shareAll, shareOriginal } from './copy-source.ts'
import { setCategories } from './filing.ts'
import { insertReusedUpload } from './reused-upload.ts'

/** What is to be other than with the asset that is copied. */
export type CopyWishes = Readonly<{
  edit?: AssetEdit | undefined
  /** False: the copy waits for a file of its own. */
  withFile?: boolean | undefined
  withSubtitles?: boolean | undefined
  /** What dialects call the copy. */
  externalKeys?: readonly ExternalName[] | undefined
}>

/** How the file is treated where it goes; `rendition`: the MP4 file of this rendition instead of the original. */
export type FileWishes = AttachWishes & Readonly<{ rendition?: string | undefined }>

type Parts = Readonly<{ work: UnitOfWork; clock: Clock; random: Random; wakeWorkers: () => Promise<void> }>

/** Copies assets and their files. Copies share what is stored, and each of them lives on when others go. */
export class CopyService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Makes another asset of what this one is: what is said of it, its categories, its subtitles and the version that
   * plays, or the newest. It is ready at once if that is; else its original is processed for itself, once it has been
   * looked at: until then the copy waits for it. It is called nothing in any dialect but what is wished, is in no channel
   * but those of its categories, and stays for good.
   *
   * Throws not_found, also for a category; invalid_argument; state_conflict where there is no file that could be copied
   * and none on its way (`reason` is `no_media`), and when an external key is taken.
   */
  async copy(projectId: ProjectId, assetId: AssetId, wishes: CopyWishes = {}): Promise<Asset> {
    const { work, clock, random, wakeWorkers } = this.#parts
    const { edit = {}, withFile = true, withSubtitles = true, externalKeys = [] } = wishes
    const nowMs = clock.now()
    const copy = await work.transaction(async (tx) => {
      const original = await locked(tx, projectId, assetId)
      const plain: Asset = {
        ...original,
        id: newId('asset', nowMs, random),
        currentSourceId: undefined,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
      }
      const asset: Asset = { ...plain, ...planEdit(plain, edit).change }
      await tx.assets.insert(asset)
      const categoryIds = edit.categoryIds ?? (await tx.categories.ofAssets([assetId])).get(assetId) ?? []
      await setCategories(tx, asset, categoryIds, nowMs)
      for (const name of externalKeys) await tx.externalKeys.insert({ projectId, ...name, subjectId: asset.id })
      if (withSubtitles) await copySubtitles(tx, assetId, asset.id, { nowMs, random })
      if (!withFile) return asset
      const shown = await shownVersion(tx, original)
      const awaited = await awaitedUpload(tx, original, shown)
      if (awaited !== undefined) {
        await insertWaitingUpload(tx, awaited, asset, (before) => ({ ...before, ...FILED }), { nowMs, random })
        const job = { kind: 'copy', projectId, assetId: asset.id, uploadId: awaited.id } as const
        await tx.jobs.enqueue(job, { key: `copy:${asset.id}`, nowMs })
        return asset
      }
      const from = copyable(shown)
      const target = (before: UploadTarget) => ({ ...before, ...FILED, encrypt: before.encrypt || isEncrypted(from) })
      const upload = await insertReusedUpload(tx, from, { assetId: asset.id, target }, { nowMs, random })
      const version = { into: asset, upload, activation: 'automatic' } as const
      if (from.readyAtMs !== undefined) await shareAll(tx, from, version, { nowMs, random })
      else await shareOriginal(tx, from, from, version, { nowMs, random })
      return asset
    })
    await wakeWorkers()
    return copy
  }

  /**
   * Makes the file of one asset, the version that plays or the newest, the next version of another's. It is treated as
   * any file that comes for that one: what would come out the same is shared and ready at once, else the original is
   * processed for itself. What was encrypted stays so.
   *
   * Throws not_found for either asset and for a rendition that is none or has no MP4 file (details.missing: rendition |
   * file), state_conflict where there is no file (`reason` is `no_media`) or it has not been looked at (`processing`).
   */
  async copyFile(projectId: ProjectId, fromId: AssetId, intoId: AssetId, wishes: FileWishes = {}): Promise<Source> {
    const { work, clock, random, wakeWorkers } = this.#parts
    const { rendition, activation = 'automatic', workflowKey, profileKey } = wishes
    const context = { nowMs: clock.now(), random }
    const made = await work.transaction(async (tx) => {
      const [original, into] = await lockBoth(tx, projectId, fromId, intoId)
      const from = copyable(await shownVersion(tx, original))
      const file = rendition === undefined ? undefined : await fileOfRendition(tx, from, rendition)
      const encrypt = isEncrypted(from)
      const target: UploadTarget = { ...EMPTY_TARGET, workflowKey, profileKey, activation, encrypt }
      const upload = await insertReusedUpload(tx, from, { assetId: intoId, target: () => target, file }, context)
      const kind = into.kind ?? original.kind
      await tx.assets.update(intoId, { kind, title: into.title || upload.fileName }, context.nowMs)
      const version = { into, upload, activation }
      const treatment = await decideTreatment(tx, projectId, target, await promisedWishes(tx, into, target))
      const isShared = file === undefined && from.readyAtMs !== undefined && isSame(treatment, from.treatment)
      return isShared ? shareAll(tx, from, version, context) : shareOriginal(tx, from, file ?? from, version, context)
    })
    await wakeWorkers()
    return made
  }
}

async function locked(tx: Repositories, projectId: ProjectId, id: AssetId): Promise<Asset> {
  const asset = parseId('asset', id) && (await tx.assets.lock(id))
  if (asset?.projectId !== projectId) throw new DomainError('not_found', 'No such asset.')
  return asset
}

async function lockBoth(
  tx: Repositories,
  projectId: ProjectId,
  one: AssetId,
  other: AssetId,
): Promise<readonly [one: Asset, other: Asset]> {
  // In the order of their ids, as everywhere that two are locked.
  const [first, second] = [one, other].toSorted() as [AssetId, AssetId]
  const assets = [await locked(tx, projectId, first), await locked(tx, projectId, second)] as const
  return first === one ? assets : [assets[1], assets[0]]
}

/** What plays, else the newest. */
async function shownVersion(tx: Repositories, asset: Asset): Promise<Source | undefined> {
  const versions = await tx.sources.listForAsset(asset.id)
  return versions.find(({ id }) => id === asset.currentSourceId) ?? versions[0]
}

function copyable(source: Source | undefined): Source {
  if (source === undefined) {
    throw new DomainError('state_conflict', 'The asset has no file.', { details: { reason: 'no_media' } })
  }
  assertCopyable(source)
  return source
}

async function fileOfRendition(
  tx: Repositories,
  source: Source,
  name: string,
): Promise<Pick<Source, 'blobKey' | 'fileName' | 'sizeBytes'>> {
  const download = source.downloads?.find((own) => own.name === name)
  if (download === undefined) {
    const isThere = (await tx.sources.renditions([source.id])).some((own) => own.name === name)
    throw new DomainError('not_found', `There is no MP4 file of a rendition ${name}.`, {
      details: { missing: isThere ? 'file' : 'rendition' },
    })
  }
  const { key, file, sizeBytes } = download
  const title = source.fileName.replace(/\.[^.]*$/, '')
  return { blobKey: key, fileName: `${title} ${file}`, sizeBytes }
}

async function copySubtitles(
  tx: Repositories,
  fromId: AssetId,
  assetId: AssetId,
  { nowMs, random }: Readonly<{ nowMs: number; random: Random }>,
): Promise<void> {
  for (const [i, subtitle] of (await tx.subtitles.listForAsset(fromId)).entries()) {
    const vtt = await tx.subtitles.vtt(subtitle.id)
    if (vtt === undefined) continue
    // Later ids in the order they had.
    const id = newId('subtitle', nowMs + i, random)
    await tx.subtitles.insert({ ...subtitle, id, assetId, createdAtMs: nowMs }, vtt)
  }
}

function isEncrypted({ treatment }: Source): boolean {
  return treatment?.encryption !== undefined
}

/** Whether what is wanted of a file is what was wanted of it before; what came of that besides does not matter. */
function isSame(wanted: Treatment, before: Treatment | undefined): boolean {
  const members = Object.keys(wanted) as (keyof Treatment)[]
  return members.every((name) => JSON.stringify(wanted[name]) === JSON.stringify(before?.[name]))
}

/** Where a copy goes is settled when it is made. */
const FILED = { replaceAssetId: undefined, categoryIds: [], channelIds: [], activation: 'automatic' } as const
