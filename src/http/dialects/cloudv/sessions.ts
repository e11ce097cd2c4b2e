import { createHash, randomUUID } from 'node:crypto'
import { isDomainError } from '../../../core/errors.ts'
import type { ProjectId, UploadId } from '../../../core/ids.ts'
import type { Random } from '../../../core/ports/random.ts'
import { isOpen, type Upload } from '../../../core/uploads/upload.ts'
import type { NewUpload } from '../../../core/uploads/upload-plan.ts'
import { clientFileName } from '../../file-name.ts'
import type { Services } from '../../services.ts'
import type { BlockSizes } from './block-layout.ts'
import { MATERIAL_ID } from './file-kinds.ts'
import { processingByOps } from './persistent-ops.ts'
import { processingOf } from './processing.ts'
import { DRAWN_LANGUAGE } from './subtitles.ts'
import type { Grant } from './upload-access.ts'
import { fileExists } from './upload-error.ts'
import { createVideo, findByFileKey, findOrCreate, type Video } from './videos.ts'

export type Tools = Readonly<{ services: Services; random: Random }>

/** Under this namespace the core keeps which upload takes the blocks of a batch. */
const SESSION = 'cloudv.session'

const ECHO = { blockBytes: 'cloudv.blockBytes', first: 'cloudv.firstBlock' } as const

/** The video of this key; one that no token was asked for is made, as an object store does. */
export function videoOf({ services, random }: Tools, { account, policy }: Grant, key: string): Promise<Video> {
  const object = { projectId: account.projectId, bucket: policy.bucket, key }
  const fileName = clientFileName(key) || key
  return findOrCreate(
    () => findByFileKey(services, object),
    () => createVideo({ services, random }, { ...object, title: fileName, fileName }),
  )
}

/** Throws 406 when there is a file already and the token does not allow to replace it. */
export function assertMayStore({ policy }: Grant, video: Video): void {
  if (video.isStored && !policy.overwrite) throw fileExists()
}

/** What an upload for this video looks like; for none, its file is attached when it is made. */
export async function newUpload({ services }: Tools, grant: Grant, video: Video | undefined): Promise<NewUpload> {
  const { account, policy } = grant
  const { maxLeaseMs } = services.uploads.limits
  const wished = video && (await processingOf(services, account.projectId, video.processing))
  const besides = video && (await processingByOps(services, account.projectId, policy))
  return {
    projectId: account.projectId,
    fileName: video?.fileName ?? '',
    leaseMs: maxLeaseMs,
    policy: { completion: 'explicit' },
    target: {
      workflowKey: wished?.workflowKey ?? besides?.workflowKey,
      profileKey: wished?.profileKey ?? besides?.profileKey,
      passthrough: video?.kind !== undefined,
      anyFile: video?.kind === MATERIAL_ID,
      burnInLanguage: video?.isDrawnOn ? DRAWN_LANGUAGE : undefined,
      replaceAssetId: video?.assetId,
      overwrite: video?.isStored === true,
    },
    asset: 'none',
  }
}

/** What takes the blocks of a batch of this object, in whatever state it is. */
export function findSession(
  { services }: Tools,
  { account }: Grant,
  video: Video | undefined,
  name: string,
): Promise<Upload | undefined> {
  return services.uploads.findByKey(account.projectId, SESSION, sessionKey(account.projectId, video, name))
}

/**
 * The open upload that takes the blocks of a batch of this object, so that another attempt at the same object does not
 * write over them. Where the one before is over, it is a new one.
 */
export function openSession(tools: Tools, grant: Grant, video: Video | undefined, name: string): Promise<Upload> {
  const { uploads, clock } = tools.services
  const key = sessionKey(grant.account.projectId, video, name)
  let earlier: Upload | undefined
  return findOrCreate(
    async () => {
      earlier = await findSession(tools, grant, video, name)
      return earlier !== undefined && isOpen(earlier.state) && earlier.expiresAtMs > clock.now() ? earlier : undefined
    },
    async () => {
      const externalKeys = [{ namespace: SESSION, key, of: 'upload' as const, instead: earlier?.id }]
      return (await uploads.create({ ...(await newUpload(tools, grant, video)), externalKeys })).upload
    },
  )
}

function sessionKey(projectId: ProjectId, video: Video | undefined, name: string): string {
  return createHash('sha256')
    .update(JSON.stringify([projectId, video?.assetId, name]))
    .digest('hex')
}

/** A part for a block whose place is not known yet; in a staged file of its own. */
export async function createApart(tools: Tools, grant: Grant, of: Upload | undefined): Promise<Upload> {
  const { uploads } = tools.services
  const part = { key: `block-${randomUUID()}`, startByte: 0, of: of?.id }
  return (await uploads.create({ ...(await newUpload(tools, grant, undefined)), part })).upload
}

/** What the blocks of this upload have told about their size. */
export function blockSizes({ echo }: Upload): BlockSizes {
  const blockBytes = echo[ECHO.blockBytes]
  const [order, sizeBytes] = (echo[ECHO.first] ?? '').split(':')
  return {
    blockBytes: blockBytes === undefined ? undefined : Number(blockBytes),
    first: order && sizeBytes ? { order: Number(order), sizeBytes: Number(sizeBytes) } : undefined,
  }
}

/** Notes it for the blocks to come. */
export async function learn({ services }: Tools, upload: Upload, { blockBytes, first }: BlockSizes): Promise<void> {
  const known = blockSizes(upload)
  if (known.blockBytes === blockBytes && known.first?.order === first?.order) return
  const echo = {
    ...(blockBytes === undefined ? {} : { [ECHO.blockBytes]: String(blockBytes) }),
    ...(first === undefined ? {} : { [ECHO.first]: `${first.order}:${first.sizeBytes}` }),
  }
  await services.uploads.describe(upload.id, { echo })
}

/** Removes what is not needed any more; what is over already, or was used, stays as it is. */
export async function removeLeftOvers({ services }: Tools, ids: Iterable<UploadId>): Promise<void> {
  for (const id of ids) {
    await services.uploads.remove(id).catch((error: unknown) => {
      if (!isDomainError(error)) throw error
    })
  }
}
