import { DomainError } from '../errors.ts'
import type { ProjectId } from '../ids.ts'
import type { Asset } from '../library/asset.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { FileDigest } from './upload.ts'
import type { NewUpload } from './upload-plan.ts'

/** How many uploads of one and the same file are looked at; the newest ones. */
const MOST_UPLOADS = 50

/** The digest by which to look for a file that the project may hold. Throws invalid_argument where that makes no sense. */
export function lookedForDigest({ policy, target }: NewUpload): string {
  if (policy?.digest?.algorithm !== 'sha256') {
    throw new DomainError('invalid_argument', 'To be linked to a file that is here already, say its sha256.')
  }
  if (target?.replaceAssetId !== undefined) {
    throw new DomainError('invalid_argument', 'What replaces the file of an asset cannot be linked to another asset.')
  }
  return policy.digest.hex
}

/**
 * The asset of this project that has exactly this file: as what it plays, or as its newest one while it plays none and
 * that one did not fail. Only files whose SHA-256 was verified when they came are known by it; other projects' never are.
 */
export async function heldFile(
  read: Repositories,
  projectId: ProjectId,
  file: Readonly<{ sha256: FileDigest['hex']; sizeBytes: number | undefined }>,
): Promise<Asset | undefined> {
  for (const upload of await read.uploads.listWithDigest(projectId, file.sha256, MOST_UPLOADS)) {
    const isOther = file.sizeBytes !== undefined && upload.sizeBytes !== file.sizeBytes
    const asset = upload.assetId && !isOther ? await read.assets.get(projectId, upload.assetId) : undefined
    if (asset === undefined) continue
    const [newest] = await read.sources.listForAsset(asset.id)
    const shown = asset.currentSourceId === undefined ? newest : await read.sources.get(asset.currentSourceId)
    if (shown?.uploadId === upload.id && shown.failure === undefined) return asset
  }
  return undefined
}
