import { DomainError } from '../errors.ts'
import { newId } from '../ids.ts'
import { originalKey } from '../library/asset.ts'
import { fileAway } from '../library/placing.ts'
import type { Random } from '../ports/random.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { FileDigest, Upload } from './upload.ts'
import { assertAllThere } from './upload-rules.ts'

type Context = Readonly<{
  nowMs: number
  random: Random
  /** The asset must not have a file yet. */
  mustBeFirst?: boolean | undefined
  /** What the whole file was found to have. */
  verified?: readonly FileDigest[]
}>

/**
 * Ends an upload whose bytes are all stored: state, source, follow-up job and events, within the caller's transaction.
 * `upload` is the locked row. An upload that belongs to an asset is consumed at once. The staged file is published by
 * the ingest job, which is idempotent, so that finishing costs the same for every size.
 */
export async function finishUpload(
  tx: Repositories,
  upload: Upload,
  sizeBytes: number,
  context: Context,
): Promise<Upload> {
  assertAllThere(upload, sizeBytes)
  const { nowMs } = context
  const sha256 = context.verified?.find(({ algorithm }) => algorithm === 'sha256')?.hex
  const change = { state: 'complete', sizeBytes, completedAtMs: nowMs, sha256 } as const
  const complete: Upload = { ...upload, ...change }
  await tx.uploads.update(upload.id, change, nowMs)
  const { id: uploadId, assetId } = upload
  await tx.outbox.append(upload.projectId, { type: 'upload.completed', uploadId, assetId, sizeBytes }, nowMs)
  return assetId === undefined ? complete : consumeUpload(tx, complete, context)
}

/**
 * Makes a complete upload the newest source of its asset and starts processing. Throws not_found when the asset is
 * gone, state_conflict when the upload is not complete or was consumed before, and where it must be the first file of an
 * asset that has one (`reason` is `asset_has_file`).
 */
export async function consumeUpload(tx: Repositories, upload: Upload, context: Context): Promise<Upload> {
  const { nowMs, random, mustBeFirst } = context
  if (upload.state !== 'complete' || upload.sizeBytes === undefined) {
    throw new DomainError('state_conflict', `The upload is ${upload.state}; only a complete one can be used.`, {
      details: { state: upload.state },
    })
  }
  // Locked: two files that replace the same one at once get versions one after the other.
  const asset = upload.assetId && (await tx.assets.lock(upload.assetId))
  if (!asset || asset.projectId !== upload.projectId)
    throw new DomainError('not_found', 'The asset that this file was meant for does not exist any more.')
  const [newest] = await tx.sources.listForAsset(asset.id)
  if (mustBeFirst === true && newest !== undefined) {
    throw new DomainError('state_conflict', 'The asset has a file already.', { details: { reason: 'asset_has_file' } })
  }
  const sourceId = newId('source', nowMs, random)
  await tx.sources.insert({
    id: sourceId,
    assetId: asset.id,
    projectId: upload.projectId,
    uploadId: upload.id,
    version: (newest?.version ?? 0) + 1,
    blobKey: originalKey(sourceId),
    fileName: upload.fileName,
    sizeBytes: upload.sizeBytes,
    media: undefined,
    packagePrefix: undefined,
    posterKey: undefined,
    failure: undefined,
    activation: upload.target.activation ?? 'automatic',
    createdAtMs: nowMs,
    readyAtMs: undefined,
  })
  await fileAway(tx, asset, upload.target, nowMs)
  if (asset.title === '') await tx.assets.update(asset.id, { title: upload.fileName }, nowMs)
  await tx.uploads.update(upload.id, { state: 'consumed' }, nowMs)
  const job = { kind: 'ingest', projectId: upload.projectId, assetId: asset.id, sourceId } as const
  await tx.jobs.enqueue(job, { key: `ingest:${sourceId}`, nowMs })
  return { ...upload, state: 'consumed' }
}
