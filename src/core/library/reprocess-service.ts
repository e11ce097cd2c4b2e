import { DomainError } from '../errors.ts'
import { type AssetId, type ProjectId, parseId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { ExternalName, Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import { BUILT_IN_PROFILES } from '../transcoding/profile.ts'
import { BUILT_IN_WORKFLOWS } from '../transcoding/workflow.ts'
import type { UploadTarget } from '../uploads/upload.ts'
import type { Asset, Source } from './asset.ts'
import { shareOriginal } from './copy-source.ts'
import { discardSource } from './discard-source.ts'
import { insertReusedUpload } from './reused-upload.ts'

/** What is to be done to the file this time. A member that is absent: as the last time. */
export type Reprocessing = Readonly<{
  workflowKey?: string | undefined
  /** Goes before the profile of the workflow. */
  profileKey?: string | undefined
  /** As of an upload's target. */
  burnInLanguage?: string | undefined
  /** What a dialect remembers of this, and what it calls it; found as that of an upload. */
  echo?: Readonly<Record<string, string>>
  externalKeys?: readonly ExternalName[]
}>

type Parts = Readonly<{ work: UnitOfWork; clock: Clock; random: Random; wakeWorkers: () => Promise<void> }>

/** Processes what is here already once more, with other settings. */
export class ReprocessService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Makes a new version of the file that the asset plays (of its newest, while none plays): the same bytes, stored once.
   * It plays as soon as it can; until then, and for good if it fails, the one before does. Earlier versions of these
   * bytes that play no more are given up, so that at most one is kept besides. What was encrypted stays so.
   *
   * Throws not_found for the asset, the workflow or the profile; state_conflict while a version is being processed
   * (`reason` is `processing`), where no file could be (`no_media`), and when an external key is taken.
   */
  async start(projectId: ProjectId, assetId: AssetId, request: Reprocessing): Promise<Source> {
    const { work, clock, random, wakeWorkers } = this.#parts
    const nowMs = clock.now()
    const made = await work.transaction(async (tx) => {
      const asset = await ownAsset(tx, projectId, assetId)
      await assertSettings(tx, projectId, request)
      const versions = await tx.sources.listForAsset(asset.id)
      const before = processable(asset, versions)
      const { echo } = request
      const target = (first: UploadTarget) => targetOf(first, before, request)
      const upload = await insertReusedUpload(tx, before, { assetId, target, echo }, { nowMs, random })
      // Of what it plays: somebody may have chosen it.
      const posterKey = asset.currentSourceId === undefined ? undefined : before.posterKey
      const version = { into: asset, upload, activation: 'automatic' } as const
      const source = await shareOriginal(tx, { ...before, posterKey }, before, version, { nowMs, random })
      for (const spent of versions.filter((one) => isSpent(one, before))) {
        await discardSource(tx, spent, nowMs)
        await tx.sources.delete(spent.id)
      }
      for (const name of request.externalKeys ?? []) {
        await tx.externalKeys.insert({ projectId, ...name, subjectId: upload.id })
      }
      return source
    })
    await wakeWorkers()
    return made
  }
}

async function ownAsset(tx: Repositories, projectId: ProjectId, id: AssetId): Promise<Asset> {
  const asset = parseId('asset', id) && (await tx.assets.lock(id))
  if (asset?.projectId !== projectId) throw new DomainError('not_found', 'No such asset.')
  return asset
}

/** A token that names what is not there gets the standard; who asks for just this is told. */
async function assertSettings(
  tx: Repositories,
  projectId: ProjectId,
  { workflowKey, profileKey }: Reprocessing,
): Promise<void> {
  if (workflowKey !== undefined && !Object.hasOwn(BUILT_IN_WORKFLOWS, workflowKey)) {
    if ((await tx.workflows.find(projectId, workflowKey)) === undefined) throw missing('workflow', workflowKey)
  }
  if (profileKey !== undefined && !Object.hasOwn(BUILT_IN_PROFILES, profileKey)) {
    if ((await tx.profiles.find(projectId, profileKey)) === undefined) throw missing('profile', profileKey)
  }
}

function missing(what: 'workflow' | 'profile', key: string): DomainError {
  return new DomainError('not_found', `There is no ${what} "${key}".`, { details: { missing: what } })
}

/** `versions` are newest first. */
function processable(asset: Asset, versions: readonly Source[]): Source {
  const [newest] = versions
  if (newest !== undefined && newest.failure === undefined && newest.readyAtMs === undefined) {
    throw new DomainError('state_conflict', 'The asset is being processed.', { details: { reason: 'processing' } })
  }
  const shown = versions.find(({ id }) => id === asset.currentSourceId) ?? newest
  if (shown?.media === undefined) {
    throw new DomainError('state_conflict', 'The asset has no file that could be processed.', {
      details: { reason: 'no_media' },
    })
  }
  return shown
}

/** Made of the same bytes, and of no use any more: it failed, or something newer took its place. */
function isSpent(version: Source, shown: Source): boolean {
  if (version.id === shown.id || version.blobKey !== shown.blobKey) return false
  return version.failure !== undefined || version.version < shown.version
}

/**
 * As the last time, except for what is asked for now. Where it goes was settled with the first upload. A file that was to
 * be kept as it is, or as sound alone, is so no more once somebody names what is to be done to it.
 */
function targetOf(target: UploadTarget, before: Source, request: Reprocessing): UploadTarget {
  const { workflowKey, profileKey, burnInLanguage } = request
  const isAsBefore = workflowKey === undefined && profileKey === undefined
  return {
    ...target,
    workflowKey: workflowKey ?? target.workflowKey,
    profileKey: profileKey ?? (workflowKey === undefined ? target.profileKey : undefined),
    encrypt: target.encrypt || before.treatment?.encryption !== undefined,
    passthrough: isAsBefore && target.passthrough,
    audioOnly: isAsBefore && target.audioOnly,
    burnInLanguage: burnInLanguage ?? (isAsBefore ? target.burnInLanguage : undefined),
    replaceAssetId: before.assetId,
    categoryIds: [],
    channelIds: [],
    activation: 'automatic',
  }
}
