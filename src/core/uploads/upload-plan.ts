import { DomainError } from '../errors.ts'
import { type AssetId, newId, type ProjectId, type UploadId } from '../ids.ts'
import { type Asset, PLAIN_ASSET } from '../library/asset.ts'
import type { Random } from '../ports/random.ts'
import type { ExternalName } from '../ports/unit-of-work.ts'
import { TYPE_PATTERN } from './content-type.ts'
import { EMPTY_TARGET, type StagedPlace, type Upload, type UploadPolicy, type UploadTarget } from './upload.ts'
import type { UploadLimits } from './upload-limits.ts'

/** What a transport or dialect asks for when it issues a token; absent members take the defaults. */
export type NewUpload = Readonly<{
  projectId: ProjectId
  fileName: string
  sizeBytes?: number | undefined
  /** Time to live of the token, in milliseconds. */
  leaseMs?: number | undefined
  policy?: Partial<Omit<UploadPolicy, 'leaseMs'>>
  target?: Partial<UploadTarget>
  /** `reserve` (the default) makes the asset now; `none` leaves the file to be attached by a later call. */
  asset?: 'reserve' | 'none'
  /** Makes it a part, whose bytes begin at `startByte` of the staged file `key`; nobody else writes its bytes there. */
  part?: Readonly<{ key: string; startByte: number; of: UploadId | undefined }>
  /** The server gets the file from this address. It must be done when the token's time is over. */
  pull?: Readonly<{ url: string }>
  echo?: Readonly<Record<string, string>>
  /** Names in a dialect's words, for the asset or the upload itself. */
  externalKeys?: readonly (ExternalName & Readonly<{ of: 'asset' | 'upload' }>)[]
}>

const MAX_FILE_NAME = 1_024
const MAX_TITLE = 1_024

/** Turns a request into the rows it makes. Throws invalid_argument or too_large. */
export function planUpload(
  request: NewUpload,
  limits: UploadLimits,
  nowMs: number,
  random: Random,
): Readonly<{ upload: Upload; asset: Asset | undefined }> {
  const leaseMs = request.leaseMs ?? limits.defaultLeaseMs
  if (!(leaseMs >= 1_000 && leaseMs <= limits.maxLeaseMs)) {
    throw new DomainError('invalid_argument', `The token's life must be 1 to ${limits.maxLeaseMs / 1_000} seconds.`)
  }
  const policy: UploadPolicy = {
    maxSizeBytes: limits.maxSizeBytes,
    minChunkBytes: 0,
    expiry: 'lease',
    completion: 'automatic',
    allowedTypes: [],
    origins: [],
    digest: undefined,
    ownerId: undefined,
    ...request.policy,
    ...(request.part === undefined ? {} : { completion: 'explicit' as const }),
    ...(request.pull === undefined
      ? {}
      : { isPulled: true, expiry: 'deadline' as const, completion: 'automatic' as const }),
    leaseMs,
  }
  const oddType = policy.allowedTypes.find((pattern) => !TYPE_PATTERN.test(pattern))
  if (oddType !== undefined) throw new DomainError('invalid_argument', `"${oddType}" is not a content type.`)
  if (policy.maxSizeBytes > limits.maxSizeBytes) {
    throw new DomainError('too_large', `This server takes files of at most ${limits.maxSizeBytes} bytes.`)
  }
  const { sizeBytes } = request
  if (sizeBytes !== undefined && !(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0)) {
    throw new DomainError('invalid_argument', 'The size of the file must be a whole number of bytes.')
  }
  if (sizeBytes !== undefined && sizeBytes > policy.maxSizeBytes) {
    throw new DomainError('too_large', `The token allows at most ${policy.maxSizeBytes} bytes.`, {
      details: { maxSizeBytes: policy.maxSizeBytes },
    })
  }
  const target: UploadTarget = { ...EMPTY_TARGET, ...request.target }
  if (request.fileName.length > MAX_FILE_NAME || (target.title?.length ?? 0) > MAX_TITLE) {
    throw new DomainError('invalid_argument', `File name and title have at most ${MAX_TITLE} characters.`)
  }
  const asset = newAsset(request, target, nowMs, random)
  const id = newId('upload', nowMs, random)
  const upload: Upload = {
    id,
    projectId: request.projectId,
    assetId: asset?.id ?? target.replaceAssetId,
    state: 'pending',
    fileName: request.fileName,
    sizeBytes,
    policy,
    target,
    staging: request.part === undefined ? { key: id, layout: '' } : sharedPlace(request.part),
    kind: request.part === undefined ? 'file' : 'part',
    partOf: request.part?.of,
    partIds: undefined,
    echo: request.echo ?? {},
    ranges: [],
    sequence: 0,
    failure: undefined,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    expiresAtMs: nowMs + leaseMs,
    hardExpiresAtMs: nowMs + (policy.expiry === 'deadline' ? leaseMs : Math.max(leaseMs, limits.hardLifetimeMs)),
    completedAtMs: undefined,
  }
  return { upload, asset }
}

function sharedPlace({ key, startByte }: NonNullable<NewUpload['part']>): StagedPlace {
  return { key, layout: '', startByte }
}

function newAsset(request: NewUpload, target: UploadTarget, nowMs: number, random: Random): Asset | undefined {
  if (request.asset === 'none' || request.part !== undefined || target.replaceAssetId !== undefined) return undefined
  const id: AssetId = newId('asset', nowMs, random)
  return {
    id,
    projectId: request.projectId,
    // Empty until the file's own name is known.
    title: target.title ?? request.fileName,
    ...PLAIN_ASSET,
    metadata: target.metadata,
    ownerId: request.policy?.ownerId,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  }
}
