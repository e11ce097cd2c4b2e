import { DomainError } from '../errors.ts'
import type { AssetId, ProjectId } from '../ids.ts'
import type { ClaimedJob } from '../jobs/job.ts'
import type { Rendition, Source } from '../library/asset.ts'
import type { Clock } from '../ports/clock.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import type { Treatment } from './treatment.ts'

/** What was stored of a rendition that is shown to nobody any more. Plain data. */
export type Withdrawn = Readonly<{
  /** In the blob store: a file, or a folder that ends in '/'. */
  key: string
  /** Until then it is kept for those who watch it. */
  untilMs: number
}>

type Parts = Readonly<{ work: UnitOfWork; clock: Clock }>
type Packaged = Source & Readonly<{ treatment: Treatment; packagePrefix: string }>

/** Longer than any link to a playlist that still names it. */
const WATCHED_MS = 24 * 60 * 60 * 1000

/** Takes renditions out of what an asset plays. */
export class RenditionRemoval {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * From now on nobody is shown this rendition; who watches it goes on, for its files stay for a day. Throws not_found
   * for asset or rendition, state_conflict (details.reason: not_ready | busy while something is made of the file | sound
   * for what is heard with all pictures | last for the only one that is played by itself).
   */
  async remove(projectId: ProjectId, assetId: AssetId, name: string): Promise<void> {
    const nowMs = this.#parts.clock.now()
    await this.#parts.work.transaction(async (tx) => {
      const source = await packagedSource(tx, projectId, assetId)
      await withdraw(tx, source, name, nowMs)
    })
  }
}

/** The transaction holds the asset's lock. Throws as `remove` does. */
async function withdraw(tx: Repositories, source: Packaged, name: string, nowMs: number): Promise<void> {
  const { id: sourceId, assetId, projectId, packagePrefix, treatment } = source
  const jobs = await tx.jobs.listForSources([sourceId])
  const isBusy = jobs.some(({ kind, state }) => MAKING.includes(kind) && (state === 'queued' || state === 'running'))
  if (isBusy) throw conflict('busy', 'Renditions of this asset are being made; try again when they are.')
  const renditions = await tx.sources.renditions([sourceId])
  const rendition = renditions.find((own) => own.name === name)
  if (rendition === undefined) throw new DomainError('not_found', 'No such rendition.')
  if (rendition.track !== undefined) throw conflict('sound', 'The sound of a film belongs to all of its sizes.')
  const others = renditions.filter((own) => own !== rendition)
  if (others.every(({ track }) => track !== undefined)) {
    throw conflict('last', 'The asset would have nothing left to play.')
  }
  const { downloads = [] } = source
  const keys = [
    `${packagePrefix}${folderOf(rendition)}`,
    ...downloads.filter((own) => own.name === name).map(({ key }) => key),
  ]
  const untilMs = nowMs + WATCHED_MS
  const withdrawn = [...(treatment.withdrawn ?? []), ...keys.map((key) => ({ key, untilMs }))]
  await tx.sources.setRenditions(sourceId, others)
  await tx.sources.update(sourceId, {
    treatment: { ...treatment, further: withoutWish(treatment, name), withdrawn },
    ...(source.downloads && { downloads: downloads.filter((own) => own.name !== name) }),
  })
  const purge = { kind: 'purge', projectId, assetId, sourceId, runAtMs: untilMs } as const
  await tx.jobs.enqueue(purge, { key: `purge:${sourceId}:${rendition.id}`, nowMs })
  await tx.outbox.append(projectId, { type: 'asset.updated', assetId, changes: ['renditions'] }, nowMs)
}

/** Nobody wants it any more, so that it is not made again with the next processing because of that. */
function withoutWish({ further }: Treatment, name: string): Treatment['further'] {
  return further
    ?.map((wish) => ({ ...wish, made: wish.made?.filter((own) => own !== name) }))
    .filter(({ made }) => made === undefined || made.length > 0)
}

const MAKING: readonly string[] = ['encode', 'piece', 'downloads']

/** What of a living source is to be deleted from the store now, unless others need it. */
export function dueForPurge({ treatment }: Source, nowMs: number): readonly Withdrawn[] {
  return (treatment?.withdrawn ?? []).filter(({ untilMs }) => untilMs <= nowMs)
}

/** Those are gone from the store: ends the job, or has it come again when the next ones are due. */
export async function withdrawnPurged(
  { work, clock }: Parts,
  job: ClaimedJob,
  purged: readonly Withdrawn[],
): Promise<void> {
  const nowMs = clock.now()
  await work.transaction(async (tx) => {
    await tx.assets.lock(job.assetId)
    const source = await tx.sources.get(job.sourceId)
    const { withdrawn = [] } = source?.treatment ?? {}
    const left = withdrawn.filter(({ key }) => !purged.some((own) => own.key === key))
    // What copies of the source need is due already: the last of them that goes has this one looked at again.
    const next = Math.min(...left.map(({ untilMs }) => untilMs).filter((untilMs) => untilMs > nowMs))
    if (purged.length === 0 && Number.isFinite(next)) return tx.jobs.park(job, next)
    await tx.jobs.finish(job, nowMs)
    if (source?.treatment === undefined || purged.length === 0) return
    await tx.sources.update(source.id, { treatment: { ...source.treatment, withdrawn: left } })
  })
}

async function packagedSource(tx: Repositories, projectId: ProjectId, assetId: AssetId): Promise<Packaged> {
  const asset = await tx.assets.lock(assetId)
  if (asset?.projectId !== projectId) throw new DomainError('not_found', 'No such asset.')
  const source = asset.currentSourceId && (await tx.sources.get(asset.currentSourceId))
  const { treatment, packagePrefix } = source || {}
  if (!source || treatment === undefined || packagePrefix === undefined) {
    throw conflict('not_ready', 'The asset does not play renditions.')
  }
  return { ...source, treatment, packagePrefix }
}

/** In the package; ends in '/'. */
function folderOf({ playlist }: Rendition): string {
  return playlist.slice(0, playlist.indexOf('/') + 1)
}

function conflict(reason: string, message: string): DomainError {
  return new DomainError('state_conflict', message, { details: { reason } })
}
