import { DomainError } from '../errors.ts'
import type { AssetId, ProjectId } from '../ids.ts'
import { encodePriority } from '../jobs/encode-priority.ts'
import type { Source } from '../library/asset.ts'
import type { Clock } from '../ports/clock.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import { type FurtherProfile, planFurther } from './further-renditions.ts'
import type { MediaInfo } from './media-info.ts'
import type { MediaSettingsService } from './media-settings-service.ts'
import { VIDEO_CODECS } from './profile.ts'
import type { Treatment } from './treatment.ts'

type Parts = Readonly<{
  mediaSettings: MediaSettingsService
  work: UnitOfWork
  clock: Clock
  wakeWorkers: () => Promise<void>
}>

type Wish = Pick<FurtherProfile, 'profileKey' | 'profile'>
type Extensible = Source & Readonly<{ media: MediaInfo; treatment: Treatment }>

/** Renditions beside those that an asset was given when it came. */
export class RenditionService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Has what the asset plays encoded by another profile too; who watches it goes on, and finds the new sizes with the
   * next start. Asked for again while it is being made, nothing changes. Throws not_found for asset or profile,
   * state_conflict (details.reason: not_ready | not_adaptive | nothing_new).
   */
  async add(projectId: ProjectId, assetId: AssetId, profileKey: string): Promise<void> {
    const { settings: profile } = await this.#parts.mediaSettings.getProfile(projectId, profileKey)
    if (profile.delivery !== 'adaptive') throw conflict('not_adaptive', 'That profile makes no sizes of pictures.')
    await this.#add(projectId, assetId, () => ({ profileKey, profile }))
  }

  /**
   * As `add`, for one size more: pictures of so many lines (an even number, counted by the shorter side), in the codecs
   * that the asset has by the profile it was encoded by. The wish is kept under the size's own name, `720p`.
   */
  async addSize(projectId: ProjectId, assetId: AssetId, shorterSidePx: number): Promise<void> {
    await this.#add(projectId, assetId, ({ profile }) => {
      const step = profile.video.steps.find((own) => own.shorterSidePx === shorterSidePx) ?? { shorterSidePx }
      const video = { ...profile.video, steps: [step], maxShorterSidePx: shorterSidePx }
      return { profileKey: `${shorterSidePx}p`, profile: { ...profile, video } }
    })
  }

  async #add(projectId: ProjectId, assetId: AssetId, wishFor: (treatment: Treatment) => Wish): Promise<void> {
    const { work, clock, wakeWorkers } = this.#parts
    const nowMs = clock.now()
    await work.transaction(async (tx) => {
      const source = await extensible(tx, projectId, assetId)
      const { media, treatment } = source
      const wish = wishFor(treatment)
      const { profileKey } = wish
      const { further = [] } = treatment
      const jobs = (await tx.jobs.listForSources([source.id])).filter(({ kind }) => kind === 'encode')
      const isUnderWay = jobs.some(({ state }) => state === 'queued' || state === 'running')
      const isWaiting = further.some((one) => one.profileKey === profileKey && one.made === undefined)
      if (isWaiting && isUnderWay) return
      const others = further.filter((one) => one.profileKey !== profileKey)
      const renditions = await tx.sources.renditions([source.id])
      const { segmentDurationMs } = treatment.profile
      const { plan } = planFurther(media, [wish], { segmentDurationMs, renditions }, VIDEO_CODECS)
      if (plan.video.length === 0) throw conflict('nothing_new', 'The asset has all that this profile makes already.')
      await tx.sources.update(source.id, { treatment: { ...treatment, further: [...others, wish] } })
      const job = { kind: 'encode', projectId, assetId, sourceId: source.id, priority: encodePriority(media) } as const
      await tx.jobs.enqueue(job, { key: `encode:${source.id}:${jobs.length}`, nowMs })
    })
    await wakeWorkers()
  }
}

async function extensible(tx: Repositories, projectId: ProjectId, assetId: AssetId): Promise<Extensible> {
  const asset = await tx.assets.lock(assetId)
  if (asset?.projectId !== projectId) throw new DomainError('not_found', 'No such asset.')
  const source = asset.currentSourceId && (await tx.sources.get(asset.currentSourceId))
  if (!source) throw conflict('not_ready', 'The asset does not play yet.')
  const { media, treatment } = source
  if (media?.video === undefined || treatment === undefined || !isAdaptive(treatment)) {
    throw conflict('not_adaptive', 'Sound and originals that are passed through have no sizes to add to.')
  }
  return { ...source, media, treatment }
}

function isAdaptive({ delivery }: Treatment): boolean {
  return delivery === 'adaptive'
}

function conflict(reason: string, message: string): DomainError {
  return new DomainError('state_conflict', message, { details: { reason } })
}
