import { DomainError } from '../errors.ts'
import { type AssetId, newId, type ProjectId, parseId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import { refused } from './profile.ts'
import { MAX_SUBTITLES, SUBTITLE_KINDS, type Subtitle, type SubtitleKind } from './subtitle.ts'
import { toWebVtt } from './subtitle-text.ts'
import { assertLanguage } from './workflow.ts'

export type NewSubtitle = Readonly<{
  language: string
  /** What viewers choose it by; the language when absent. */
  label?: string | undefined
  kind?: SubtitleKind
  isDefault?: boolean
  /** WebVTT, SRT, SubStation Alpha or TTML; undefined: they come later, by `update`. */
  bytes: Uint8Array | undefined
}>

/** What may be changed of subtitles; absent members stay as they are. */
export type SubtitleEdit = Partial<Pick<NewSubtitle, 'language' | 'label' | 'isDefault' | 'bytes'>>

const MAX_LABEL = 255

type Parts = Readonly<{ work: UnitOfWork; clock: Clock; random: Random }>

/** The subtitles of assets: they may be added before the file has come, and outlive its replacement. */
export class SubtitleService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Those that have a text, oldest first. Throws not_found for another project's asset. */
  async list(projectId: ProjectId, assetId: string): Promise<readonly Subtitle[]> {
    return this.#parts.work.read.subtitles.listForAsset(await this.#asset(projectId, assetId))
  }

  /** Also those whose text has not come, oldest first. Throws not_found. */
  async listAll(projectId: ProjectId, assetId: string): Promise<readonly Subtitle[]> {
    return this.#parts.work.read.subtitles.listAll(await this.#asset(projectId, assetId))
  }

  /** Throws not_found. */
  async get(projectId: ProjectId, id: string): Promise<Subtitle> {
    const subtitleId = parseId('subtitle', id)
    const found = subtitleId && (await this.#parts.work.read.subtitles.get(subtitleId))
    if (!found) throw notFound('subtitle')
    await this.#asset(projectId, found.assetId)
    return found
  }

  /** For lists: those of each asset, oldest first. */
  async ofAssets(assetIds: readonly AssetId[]): Promise<ReadonlyMap<AssetId, readonly Subtitle[]>> {
    const all = await this.#parts.work.read.subtitles.listForAssets(assetIds)
    return Map.groupBy(all, ({ assetId }) => assetId)
  }

  /** Throws not_found, invalid_argument, quota_exceeded. A new default takes the place of the one before. */
  async add(projectId: ProjectId, asset: string, wanted: NewSubtitle): Promise<Subtitle> {
    const assetId = await this.#asset(projectId, asset)
    const { language, label = language, kind = 'subtitles', isDefault = false } = wanted
    assertLanguage('language', language)
    assertLabel(label)
    if (!SUBTITLE_KINDS.includes(kind)) throw refused('kind', `There is no kind "${kind}".`)
    const vtt = wanted.bytes === undefined ? '' : toWebVtt(wanted.bytes)
    const { work, clock, random } = this.#parts
    const nowMs = clock.now()
    const id = newId('subtitle', nowMs, random)
    const subtitle: Subtitle = { id, assetId, language, label, kind, isDefault, createdAtMs: nowMs }
    await work.transaction(async (tx) => {
      if ((await tx.assets.lock(assetId)) === undefined) throw notFound('asset')
      const others = await tx.subtitles.listAll(assetId)
      if (others.length >= MAX_SUBTITLES) {
        throw new DomainError('quota_exceeded', `An asset has at most ${MAX_SUBTITLES} subtitles.`)
      }
      assertNewLabel(label, others)
      if (isDefault) await tx.subtitles.clearDefault(assetId)
      await tx.subtitles.insert(subtitle, vtt)
    })
    return vtt === '' ? { ...subtitle, isEmpty: true } : subtitle
  }

  /** Throws not_found, invalid_argument, state_conflict for a label that others of the asset have. */
  async update(projectId: ProjectId, id: string, edit: SubtitleEdit): Promise<Subtitle> {
    const { assetId, id: subtitleId } = await this.get(projectId, id)
    const { language, label, isDefault, bytes } = edit
    if (language !== undefined) assertLanguage('language', language)
    if (label !== undefined) assertLabel(label)
    const vtt = bytes && toWebVtt(bytes)
    await this.#parts.work.transaction(async (tx) => {
      if ((await tx.assets.lock(assetId)) === undefined) throw notFound('asset')
      const others = (await tx.subtitles.listAll(assetId)).filter((other) => other.id !== subtitleId)
      if (label !== undefined) assertNewLabel(label, others)
      if (isDefault === true) await tx.subtitles.clearDefault(assetId)
      await tx.subtitles.update(subtitleId, { language, label, isDefault, vtt })
    })
    return this.get(projectId, id)
  }

  /** The WebVTT text. Throws not_found. */
  async text(projectId: ProjectId, assetId: string, id: string): Promise<string> {
    const subtitleId = parseId('subtitle', id)
    const subtitle = subtitleId && (await this.#parts.work.read.subtitles.get(subtitleId))
    if (!subtitle || subtitle.assetId !== (await this.#asset(projectId, assetId))) throw notFound('subtitle')
    return (await this.#parts.work.read.subtitles.vtt(subtitle.id)) ?? ''
  }

  /** Throws not_found. */
  async remove(projectId: ProjectId, assetId: string, id: string): Promise<void> {
    const asset = await this.#asset(projectId, assetId)
    const subtitleId = parseId('subtitle', id)
    const isGone = subtitleId !== undefined && (await this.#parts.work.read.subtitles.delete(asset, subtitleId))
    if (!isGone) throw notFound('subtitle')
  }

  async #asset(projectId: ProjectId, id: string): Promise<AssetId> {
    const assetId = parseId('asset', id)
    const asset = assetId && (await this.#parts.work.read.assets.get(projectId, assetId))
    if (!asset) throw notFound('asset')
    return asset.id
  }
}

function assertLabel(label: string): void {
  if (label.length < 1 || label.length > MAX_LABEL) throw refused('label', `A label has 1 to ${MAX_LABEL} characters.`)
}

/** Viewers choose by it. */
function assertNewLabel(label: string, others: readonly Subtitle[]): void {
  if (others.some((other) => other.label === label)) {
    throw new DomainError('state_conflict', `The asset has subtitles with the label "${label}" already.`)
  }
}

function notFound(what: string): DomainError {
  return new DomainError('not_found', `No such ${what}.`)
}
