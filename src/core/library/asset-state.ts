import type { Job } from '../jobs/job.ts'
import type { Upload } from '../uploads/upload.ts'
import { isFinished } from '../uploads/upload.ts'
import type { Asset, Source, SourceFailure } from './asset.ts'

export type AssetState = 'waiting' | 'uploading' | 'processing' | 'ready' | 'failed'
export type AssetStage = 'waiting' | 'uploading' | 'publishing' | 'probing' | 'encoding' | 'ready' | 'failed'

/** What the API shows of an asset's state; derived on every read, stored nowhere. */
export type AssetStatus = Readonly<{
  state: AssetState
  stage: AssetStage
  /** 0…1 over the stages after the upload. */
  progress: number
  failure: SourceFailure | undefined
}>

/** The share of the work that has been done when a stage begins; encoding is nearly all of it. */
const PROBED = 0.02
/** The share of encoding a film that plays early which is done when it does. */
const EARLY = 0.25
/** The share of encoding a film in pieces that is done before they are joined. */
const PIECES = 0.98

/**
 * Derives the state of an asset from its rows. `source` is the newest source, `jobs` are that source's jobs, `upload`
 * the newest upload for the asset. An asset that has a source in its place is ready, whatever a replacement does. One that
 * plays early is being processed, or has failed, all the same: what it was promised is not there.
 */
export function assetStatus(
  asset: Asset,
  rows: Readonly<{ source: Source | undefined; jobs: readonly Job[]; upload: Upload | undefined }>,
): AssetStatus {
  const { source, jobs, upload } = rows
  if (asset.currentSourceId !== undefined) return { state: 'ready', stage: 'ready', progress: 1, failure: undefined }
  if (source === undefined) return beforeSource(upload)
  if (source.failure !== undefined) return { state: 'failed', stage: 'failed', progress: 0, failure: source.failure }
  const encodes = jobs.filter((job) => job.kind === 'encode')
  const encode = encodes.find(({ state }) => state !== 'done') ?? encodes.at(-1)
  if (encode !== undefined) {
    const progress = PROBED + (1 - PROBED) * sourceProgress(source, encodeProgress(encode, jobs))
    return { state: 'processing', stage: 'encoding', progress, failure: undefined }
  }
  const ingest = jobs.find((job) => job.kind === 'ingest')
  const stage = ingest?.state === 'running' ? 'probing' : 'publishing'
  return { state: 'processing', stage, progress: 0, failure: undefined }
}

/** `progress` is that of the encode job; a film that plays early has two. */
function sourceProgress({ treatment, packagePrefix }: Source, progress: number): number {
  if (treatment?.playsEarly !== true) return progress
  return packagePrefix === undefined ? EARLY * progress : EARLY + (1 - EARLY) * progress
}

/** Of a film in pieces, what the pieces have made; they are about equally long. */
function encodeProgress(encode: Job, jobs: readonly Job[]): number {
  const pieces = jobs.filter((job) => job.kind === 'piece')
  if (pieces.length === 0) return encode.progress
  const made = pieces.reduce((sum, { state, progress }) => sum + (state === 'done' ? 1 : progress), 0)
  return PIECES * (made / pieces.length) + (1 - PIECES) * encode.progress
}

function beforeSource(upload: Upload | undefined): AssetStatus {
  const none = { progress: 0, failure: undefined }
  if (upload === undefined || upload.state === 'pending') return { state: 'waiting', stage: 'waiting', ...none }
  if (upload.state === 'receiving' || isFinished(upload.state)) {
    return { state: 'uploading', stage: 'uploading', ...none }
  }
  const failure = {
    code: `upload_${upload.state}`,
    reason: `upload_${upload.state}`,
    message: upload.failure?.message ?? `The upload ended as ${upload.state} before the file was complete.`,
  }
  return { state: 'failed', stage: 'failed', progress: 0, failure }
}
