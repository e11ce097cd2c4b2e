import { isDomainError } from '../../../../core/errors.ts'
import { contiguousBytes } from '../../../../core/uploads/ranges.ts'
import { isFinished, type Upload, type UploadState } from '../../../../core/uploads/upload.ts'
import type { Services } from '../../../services.ts'
import { assetIdOf } from '../asset/flavor-id.ts'
import { KalturaError } from '../errors.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import type { Session } from '../session/session.ts'
import { tokenIdOf, uploadIdOf } from './token-id.ts'

/** What is noted with an upload of this dialect and told its clients again. */
export const NOTES = {
  /** The partner under which it was issued: what makes an upload a token of this dialect. */
  partnerId: 'kaltura.partnerId',
  /** As the client declared it; binds nobody unless the token finalises by itself. */
  fileSize: 'kaltura.fileSize',
  minimumChunkSize: 'kaltura.minimumChunkSize',
  autoFinalize: 'kaltura.autoFinalize',
  /** The entry it was attached to while bytes were missing. */
  attachedEntry: 'kaltura.attachedEntry',
} as const

/** KalturaUploadTokenStatus. */
const STATUS: Readonly<Record<UploadState, number>> = {
  pending: 0,
  receiving: 1,
  complete: 2,
  consumed: 3,
  expired: 4,
  failed: 5,
  deleted: 5,
}

/** The states that clients see; of the others they are told that there is no such token. */
export const VISIBLE_STATES: readonly UploadState[] = ['pending', 'receiving', 'complete', 'consumed', 'expired']

export function statusOf(upload: Upload): number {
  return STATUS[upload.state]
}

/** Bytes on stable storage without a gap; undefined before the first request that brought any. */
function uploadedFileSize(upload: Upload): number | undefined {
  if (upload.state === 'pending') return undefined
  return isFinished(upload.state) ? upload.sizeBytes : contiguousBytes(upload.ranges)
}

/** The upload as clients see it. */
export function toUploadToken(upload: Upload): KalturaObject {
  const { echo } = upload
  // Only what was attached before its bytes were there, and is still.
  const isAttached = echo[NOTES.attachedEntry] !== undefined && upload.assetId !== undefined
  return {
    type: 'KalturaUploadToken',
    values: {
      id: tokenIdOf(upload.id),
      partnerId: Number(echo[NOTES.partnerId]),
      userId: upload.policy.ownerId || undefined,
      status: statusOf(upload),
      fileName: upload.fileName || undefined,
      fileSize: numberOf(echo[NOTES.fileSize]),
      uploadedFileSize: uploadedFileSize(upload),
      createdAt: Math.floor(upload.createdAtMs / 1000),
      updatedAt: Math.floor(upload.updatedAtMs / 1000),
      autoFinalize: echo[NOTES.autoFinalize] === '1',
      minimumChunkSize: numberOf(echo[NOTES.minimumChunkSize]),
      attachedObjectType: isAttached ? 'flavorAsset' : undefined,
      attachedObjectId: isAttached ? assetIdOf({ uploadId: upload.id, part: '' }) : undefined,
    },
  }
}

/** True for tokens of the session's partner, and of its user unless it is an administrator's. */
export function isVisibleTo(session: Session, upload: Upload): boolean {
  if (upload.echo[NOTES.partnerId] !== String(session.content.partnerId)) return false
  if (!VISIBLE_STATES.includes(upload.state)) return false
  return session.isAdmin || upload.policy.ownerId === session.content.userId
}

/** Throws UPLOAD_TOKEN_NOT_FOUND for a token that is unknown, deleted or somebody else's: never told apart. */
export async function findToken(services: Services, session: Session, tokenId: string): Promise<Upload> {
  const id = uploadIdOf(tokenId)
  const found =
    id &&
    (await services.uploads.get(session.projectId, id).catch((error: unknown) => {
      if (isDomainError(error, 'not_found')) return undefined
      throw error
    }))
  if (!found || !isVisibleTo(session, found.upload)) throw new KalturaError('UPLOAD_TOKEN_NOT_FOUND')
  return found.upload
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}
