import { isDomainError } from '../../../../core/errors.ts'
import { type ProjectId, parseId, type UploadId } from '../../../../core/ids.ts'
import type { Asset, Source } from '../../../../core/library/asset.ts'
import { isFinished, isOpen, type Upload } from '../../../../core/uploads/upload.ts'
import type { Services } from '../../../services.ts'
import { assetIdOf } from '../asset/flavor-id.ts'
import { METADATA } from './entry.ts'

/** KalturaEntryReplacementStatus. */
export const REPLACEMENT_STATUS = {
  none: 0,
  approvedButNotReady: 1,
  readyButNotApproved: 2,
  notReadyAndNotApproved: 3,
  failed: 4,
} as const

/** What is to become of an entry's file. `temporaryId` is what the vendor calls the file on its way. */
export type Replacement = Readonly<{
  status: number
  temporaryId: string | undefined
  upload: Upload | undefined
  source: Source | undefined
}>

export const NO_REPLACEMENT: Replacement = {
  status: REPLACEMENT_STATUS.none,
  temporaryId: undefined,
  upload: undefined,
  source: undefined,
}

/** Derived from the upload that was noted with the asset, and what came of it. */
export async function replacementOf(services: Services, asset: Asset): Promise<Replacement> {
  const noted = asset.metadata[METADATA.replacement]
  const uploadId = noted === undefined ? undefined : parseId('upload', noted)
  if (uploadId === undefined) return NO_REPLACEMENT
  const sources = await services.versions.list(asset.projectId, asset.id)
  const source = sources.find((own) => own.uploadId === uploadId)
  const upload = await uploadOf(services, asset.projectId, uploadId)
  const status = statusOf(asset, upload, source)
  if (status === REPLACEMENT_STATUS.none) return NO_REPLACEMENT
  return { status, temporaryId: assetIdOf({ uploadId, part: '' }), upload, source }
}

function statusOf(asset: Asset, upload: Upload | undefined, source: Source | undefined): number {
  const isApproved = (source?.activation ?? upload?.target.activation ?? 'automatic') === 'automatic'
  const { none, failed, approvedButNotReady, readyButNotApproved, notReadyAndNotApproved } = REPLACEMENT_STATUS
  if (source === undefined) {
    if (upload?.assetId !== asset.id) return none
    if (!isOpen(upload.state) && !isFinished(upload.state)) return upload.policy.isPulled === true ? failed : none
    return isApproved ? approvedButNotReady : notReadyAndNotApproved
  }
  if (source.id === asset.currentSourceId) return none
  if (source.failure !== undefined) return failed
  if (source.readyAtMs === undefined) return isApproved ? approvedButNotReady : notReadyAndNotApproved
  // One that played and was replaced in turn is nothing that is still to come.
  return isApproved ? none : readyButNotApproved
}

async function uploadOf({ uploads }: Services, projectId: ProjectId, id: UploadId): Promise<Upload | undefined> {
  try {
    return (await uploads.get(projectId, id)).upload
  } catch (error) {
    if (isDomainError(error, 'not_found')) return undefined
    throw error
  }
}
