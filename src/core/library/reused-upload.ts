import { type AssetId, newId } from '../ids.ts'
import type { Random } from '../ports/random.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { Upload, UploadTarget } from '../uploads/upload.ts'
import { newUploadToken, uploadTokenHash } from '../uploads/upload-token.ts'
import type { Source } from './asset.ts'

type Reuse = Readonly<{
  assetId: AssetId
  /** Made of that of the upload which the source came from. */
  target: (before: UploadTarget) => UploadTarget
  echo?: Upload['echo'] | undefined
  /** What is used is not the source's original but another file of it. */
  file?: Pick<Source, 'fileName' | 'sizeBytes'> | undefined
}>

/**
 * Each version of an asset's file comes from an upload of its own. That of a version which is made of what is here
 * already was over before it began: it is in no list, and nobody has its token.
 */
export async function insertReusedUpload(
  tx: Repositories,
  from: Source,
  { assetId, target, echo = {}, file }: Reuse,
  { nowMs, random }: Readonly<{ nowMs: number; random: Random }>,
): Promise<Upload> {
  const first = await tx.uploads.get(from.uploadId)
  if (first === undefined) throw new Error(`the upload of source ${from.id} is gone`)
  const own = { ...file, assetId, state: 'consumed', target: target(first.target), echo } as const
  const times = { expiresAtMs: nowMs, hardExpiresAtMs: nowMs, completedAtMs: nowMs }
  const upload = await insertWithoutSender(tx, { ...first, ...own, ...times }, { nowMs, random })
  // By its digest the file is still found.
  if (file === undefined) await tx.uploads.update(upload.id, { sha256: first.sha256 }, nowMs)
  return upload
}

/** An upload of its own id, like another in all that is not about sending: that is in no list, and nobody has its token. */
export async function insertWithoutSender(
  tx: Repositories,
  like: Upload,
  { nowMs, random }: Readonly<{ nowMs: number; random: Random }>,
): Promise<Upload> {
  const id = newId('upload', nowMs, random)
  const upload: Upload = {
    ...like,
    id,
    staging: { key: id, layout: '' },
    kind: 'reused',
    partOf: undefined,
    partIds: undefined,
    ranges: [],
    sequence: 0,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  }
  await tx.uploads.insert(upload, uploadTokenHash(newUploadToken(random)) ?? id)
  return upload
}
