import { DomainError, isDomainError } from '../../core/errors.ts'
import type { UploadPolicy } from '../../core/uploads/upload.ts'
import { type UploadCredential, uploadTokenIn } from '../upload-credential.ts'
import type { CreatedUpload } from './create-upload.ts'
import type { TusExchange } from './operation.ts'
import type { PartPlace } from './part-groups.ts'
import { ECHO } from './protocol.ts'
import type { UploadMetadata } from './upload-metadata.ts'

/** A part as it is announced, and where it shall lie. */
type NewPart = Readonly<{ place: PartPlace; sizeBytes: number | undefined; metadata: UploadMetadata | undefined }>

/** The first part to be whole waits for the last one without a request of its own that would renew it. */
const PART_LEASE_MS = 24 * 60 * 60 * 1000

/**
 * Where the part that this request announces will lie. Asked before the credential is checked, since that takes a
 * while: who shows a bad one has only laid out a file for himself.
 */
export function reservePlace({ groups, request }: TusExchange, sizeBytes: number | undefined): PartPlace {
  const { authorization = '' } = request.headers
  const isUploadToken = uploadTokenIn(authorization.replace(/^Bearer +/i, '')) !== undefined
  return groups.place(`${authorization} ${request.ip}`, sizeBytes, isUploadToken)
}

/**
 * Issues a part. With an upload token its bytes are meant for that token's upload, whose terms hold for it. A sender who
 * begins anew goes past what his token allows: his parts begin a new file then, and replace those he announced before.
 */
export async function createPart(
  exchange: TusExchange,
  credential: UploadCredential,
  part: NewPart,
): Promise<CreatedUpload> {
  const { groups } = exchange
  const { sizeBytes } = part
  const place = groups.isClosed(part.place.key) ? reservePlace(exchange, sizeBytes) : part.place
  try {
    return await issuePart(exchange, credential, { ...part, place })
  } catch (error) {
    if (!isDomainError(error, 'too_large') || place.startByte === 0) throw error
    groups.close(place.key)
    return issuePart(exchange, credential, { ...part, place: reservePlace(exchange, sizeBytes) })
  }
}

async function issuePart(
  { services }: TusExchange,
  credential: UploadCredential,
  { place, sizeBytes, metadata }: NewPart,
): Promise<CreatedUpload> {
  const whole = credential.kind === 'token' ? credential.upload : undefined
  if (whole !== undefined && whole.ranges.length > 0) {
    throw new DomainError('state_conflict', 'The upload has bytes of its own already.')
  }
  const { upload, token } = await services.uploads.create({
    projectId: credential.kind === 'token' ? credential.upload.projectId : credential.projectId,
    fileName: metadata?.fileName ?? '',
    sizeBytes,
    leaseMs: partLeaseMs(services, whole),
    policy: whole === undefined ? {} : inherited(whole.policy),
    part: { ...place, of: whole?.id },
    echo: { ...(metadata === undefined ? {} : { [ECHO.metadata]: metadata.header }), [ECHO.concat]: 'partial' },
  })
  return { upload, token, isNew: true }
}

function inherited({ maxSizeBytes, minChunkBytes, expiry, origins, ownerId }: UploadPolicy) {
  return { maxSizeBytes, minChunkBytes, expiry, origins, ownerId }
}

function partLeaseMs(
  { uploads, clock }: TusExchange['services'],
  whole: Readonly<{ expiresAtMs: number; policy: UploadPolicy }> | undefined,
): number {
  if (whole?.policy.expiry === 'deadline') return Math.max(1_000, whole.expiresAtMs - clock.now())
  return Math.min(uploads.limits.maxLeaseMs, Math.max(PART_LEASE_MS, whole?.policy.leaseMs ?? 0))
}
