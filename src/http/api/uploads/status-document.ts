import { isDomainError } from '../../../core/errors.ts'
import type { AssetId, ProjectId } from '../../../core/ids.ts'
import type { PullStatus } from '../../../core/uploads/pull-service.ts'
import { contiguousBytes, receivedBytes } from '../../../core/uploads/ranges.ts'
import { isOpen, type Upload, type UploadState } from '../../../core/uploads/upload.ts'
import type { LiveUpload } from '../../../core/uploads/upload-directory.ts'
import type { Services } from '../../services.ts'
import type { UploadStatus } from './upload-schema.ts'

/** What is shown of an upload as it stands this moment. */
export async function statusDocument(
  live: LiveUpload,
  { library, pulls, clock }: Pick<Services, 'library' | 'pulls' | 'clock'>,
): Promise<UploadStatus> {
  const { upload } = live
  const pull = await pulls.status(upload)
  return {
    id: upload.id,
    state: live.isActive ? upload.state : stateNow(upload, clock.now()),
    fileName: upload.fileName,
    sizeBytes: upload.sizeBytes ?? null,
    receivedBytes: receivedBytes(upload.ranges),
    contiguousBytes: contiguousBytes(upload.ranges),
    sentBytes: live.sentBytes,
    ranges: [...upload.ranges],
    expiresAt: new Date(upload.expiresAtMs).toISOString(),
    asset: upload.assetId === undefined ? null : await assetPart(library, upload.projectId, upload.assetId),
    failure: upload.failure ?? null,
    ...(pull && { pull: pullPart(pull) }),
  }
}

function pullPart({ state, attempt, maxAttempts, totalBytes, ...pull }: PullStatus): UploadStatus['pull'] {
  const { nextAttemptAtMs, problem } = pull
  return {
    state,
    attempt,
    maxAttempts,
    nextAttemptAt: nextAttemptAtMs === undefined ? null : new Date(nextAttemptAtMs).toISOString(),
    totalBytes: totalBytes ?? null,
    problem: problem === undefined ? null : { code: problem.code, message: problem.message },
  }
}

/** An upload whose time is over takes no more bytes, whether the sweeper has come by already or not. */
export function stateNow(upload: Upload, nowMs: number): UploadState {
  return isOpen(upload.state) && upload.expiresAtMs <= nowMs ? 'expired' : upload.state
}

async function assetPart(
  library: Services['library'],
  projectId: ProjectId,
  assetId: AssetId,
): Promise<UploadStatus['asset']> {
  try {
    const { status, isPlayable } = await library.get(projectId, assetId)
    return { id: assetId, state: status.state, progress: status.progress, isPlayable }
  } catch (error) {
    if (isDomainError(error, 'not_found')) return null
    throw error
  }
}
