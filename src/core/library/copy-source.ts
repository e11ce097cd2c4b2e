import { DomainError } from '../errors.ts'
import { newId, type SourceId } from '../ids.ts'
import type { JobKind, SourceJobKind } from '../jobs/job.ts'
import type { Random } from '../ports/random.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { Treatment } from '../transcoding/treatment.ts'
import type { Upload } from '../uploads/upload.ts'
import type { Asset, Source, SourceActivation } from './asset.ts'
import { becomeReady } from './become-ready.ts'

/** The version to make: `into` is locked, and `upload` is its own. */
type Version = Readonly<{ into: Asset; upload: Upload; activation: SourceActivation }>
type Context = Readonly<{ nowMs: number; random: Random }>

/** What harms nobody who watches while it is missing, and is made from what the copy refers to. */
const EXTRAS: readonly JobKind[] = ['poster', 'sprites', 'subtitles', 'downloads']

/** Throws state_conflict for a source whose original is not stored yet (`reason` is `processing`) or is no media (`no_media`). */
export function assertCopyable({ media, failure }: Source): void {
  if (media !== undefined) return
  throw failure === undefined
    ? new DomainError('state_conflict', 'The file has not been looked at yet.', { details: { reason: 'processing' } })
    : new DomainError('state_conflict', 'The file could not be played.', { details: { reason: 'no_media' } })
}

/**
 * Makes a version of all that was made of a source that is ready: nothing is stored or encoded anew, and it is ready at
 * once. What is still being made besides, such as its picture, is made for the copy too.
 */
export async function shareAll(tx: Repositories, from: Source, version: Version, context: Context): Promise<Source> {
  const { nowMs, random } = context
  const treatment = from.treatment && asMade(from.treatment)
  const source = await newVersion(tx, { ...from, treatment, readyAtMs: nowMs, failure: undefined }, version, context)
  const renditions = await tx.sources.renditions([from.id])
  const copies = renditions.map((rendition, i) => ({
    ...rendition,
    id: newId('rendition', nowMs + i, random),
    sourceId: source.id,
  }))
  await tx.sources.setRenditions(source.id, copies)
  await tx.sources.setContentKeys(source.id, await tx.sources.contentKeys(from.id))
  for (const { kind, state } of await tx.jobs.listForSources([from.id])) {
    const isOpen = state === 'queued' || state === 'running'
    if (isOpen && EXTRAS.includes(kind)) await enqueue(tx, kind, source, nowMs)
  }
  await becomeReady(tx, version.into, source, context)
  return source
}

/**
 * Makes a version of a source's original, or of another file of it: that is not stored anew, and processed as if it had
 * just come.
 */
export async function shareOriginal(
  tx: Repositories,
  from: Source,
  file: Pick<Source, 'blobKey' | 'fileName' | 'sizeBytes'>,
  version: Version,
  context: Context,
): Promise<Source> {
  const unmade = {
    media: undefined,
    treatment: undefined,
    packagePrefix: undefined,
    sprites: undefined,
    downloads: undefined,
    failure: undefined,
    readyAtMs: undefined,
  }
  const source = await newVersion(tx, { ...from, ...file, ...unmade }, version, context)
  await enqueue(tx, 'ingest', source, context.nowMs)
  return source
}

async function newVersion(
  tx: Repositories,
  like: Source,
  { into, upload, activation }: Version,
  { nowMs, random }: Context,
): Promise<Source> {
  const [newest] = await tx.sources.listForAsset(into.id)
  const id: SourceId = newId('source', nowMs, random)
  const version = (newest?.version ?? 0) + 1
  const own = { id, assetId: into.id, uploadId: upload.id, version, activation, createdAtMs: nowMs }
  const source: Source = { ...like, ...own }
  await tx.sources.insert(source)
  return source
}

async function enqueue(tx: Repositories, kind: SourceJobKind, source: Source, nowMs: number): Promise<void> {
  const { id: sourceId, assetId, projectId } = source
  await tx.jobs.enqueue({ kind, projectId, assetId, sourceId }, { key: `${kind}:${sourceId}`, nowMs })
}

/** Without what was asked for besides and is not there yet, and what is to be deleted: that is the other's to see to. */
function asMade({ further, withdrawn: _, ...treatment }: Treatment): Treatment {
  return { ...treatment, ...(further && { further: further.filter(({ made }) => made !== undefined) }) }
}
