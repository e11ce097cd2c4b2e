import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { DomainError, isDomainError } from '../../core/errors.ts'
import type { ProjectId } from '../../core/ids.ts'
import type { Upload } from '../../core/uploads/upload.ts'
import { announcedLength } from '../request-body.ts'
import { uploadCredential } from '../upload-credential.ts'
import { copyIfScattered } from './joining.ts'
import type { TusExchange } from './operation.ts'
import { ECHO } from './protocol.ts'
import { headerText } from './request-headers.ts'
import type { UploadConcat } from './upload-concat.ts'
import { described, type UploadMetadata } from './upload-metadata.ts'
import { tellExpiry, uploadAddress } from './upload-resource.ts'

type Final = Extract<UploadConcat, { kind: 'final' }>

/**
 * `POST /tus` with `Upload-Concat: final`: one upload out of parts, which may still be on their way. The same request
 * repeated leads to the same upload, so that a lost answer costs nothing.
 */
export async function createFinal(
  exchange: TusExchange,
  concat: Final,
  metadata: UploadMetadata | undefined,
): Promise<FastifyReply> {
  const { request, reply, services } = exchange
  if (headerText(request, 'Upload-Length') !== undefined || headerText(request, 'Upload-Defer-Length') !== undefined) {
    throw new DomainError('invalid_argument', 'The length of a final upload is that of its parts; do not state one.')
  }
  if (announcedLength(request) !== 0) throw new DomainError('invalid_argument', 'A final upload takes no body.')
  const credential = await uploadCredential(request, services)
  const parts = await namedParts(exchange, concat)
  const { upload, token, isNew } =
    credential.kind === 'token'
      ? { upload: credential.upload, token: credential.token, isNew: false }
      : await issueFinal(exchange, credential.projectId, concat, metadata)
  const partIds = parts.map((part) => part.id)
  try {
    const state = await services.uploads.joinParts(upload.id, partIds, noteOf(concat, metadata))
    copyIfScattered(exchange, upload.id, state)
  } catch (error) {
    if (isNew) await services.uploads.remove(upload.id)
    throw error
  }
  reply.header('location', uploadAddress(exchange, token))
  tellExpiry(reply, (await services.uploads.get(upload.projectId, upload.id)).upload)
  return reply.code(201).send()
}

async function namedParts({ request, services }: TusExchange, { tokens }: Final): Promise<readonly Upload[]> {
  const { origin } = request.headers
  const parts: Upload[] = []
  for (const token of tokens) {
    const part = await services.uploads.authorize(token, { origin, admitParts: true }).catch((error: unknown) => {
      if (!isDomainError(error) || error.code === 'forbidden') throw error
      throw new DomainError('not_found', 'One of the partial uploads does not exist any more.', { cause: error })
    })
    if (part.kind !== 'part')
      throw new DomainError('invalid_argument', 'One of the uploads named is not a partial one.')
    parts.push(part)
  }
  return parts
}

async function issueFinal(
  { services }: TusExchange,
  projectId: ProjectId,
  concat: Final,
  metadata: UploadMetadata | undefined,
) {
  const token = finalToken(concat, metadata)
  const earlier = async (): Promise<Upload | undefined> =>
    services.uploads.authorize(token).catch((error: unknown) => {
      if (isDomainError(error, 'token_invalid')) return undefined
      throw error
    })
  const before = await earlier()
  if (before !== undefined) return { upload: before, token, isNew: false }
  const request = { projectId, fileName: metadata?.fileName ?? '', target: { metadata: metadata?.values ?? {} } }
  try {
    return { upload: (await services.uploads.create(request, { token })).upload, token, isNew: true }
  } catch (error) {
    // The same request, sent twice at once.
    const rival = await earlier()
    if (rival === undefined) throw error
    return { upload: rival, token, isNew: false }
  }
}

function noteOf({ header }: Final, metadata: UploadMetadata | undefined) {
  const { fileName, echo } = described(metadata)
  return { fileName, echo: { ...echo, [ECHO.concat]: header } }
}

/** As hard to guess as the tokens of the parts, and the same for the same request: repeating it finds what it made. */
function finalToken({ tokens }: Final, metadata: UploadMetadata | undefined): string {
  const hash = createHash('sha256')
    .update('tus final upload\0')
    .update(metadata?.header ?? '')
  for (const token of tokens) hash.update('\0').update(token)
  return hash.digest('base64url')
}
