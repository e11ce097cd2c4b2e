import type { FastifyReply } from 'fastify'
import { DomainError, isDomainError } from '../../core/errors.ts'
import { contiguousBytes } from '../../core/uploads/ranges.ts'
import { isOpen, type Upload } from '../../core/uploads/upload.ts'
import { announcedLength } from '../request-body.ts'
import { type UploadCredential, uploadCredential } from '../upload-credential.ts'
import { dispositionFileName } from './content-disposition.ts'
import { statedContentDigest, statedReprDigest } from './digest-fields.ts'
import { sendFinalAnswer } from './final-answer.ts'
import { forbidsStateFields, statedCompleteness, versionFields } from './interop.ts'
import { ECHO } from './protocol.ts'
import { canInform, statedSize, type Transfer, transfer } from './transfer.ts'
import { type RufhExchange, type RufhOperation, tellState, uploadAddress, uploadLimits } from './upload-resource.ts'

type Created = Readonly<{ upload: Upload; token: string; isNew: boolean }>

/**
 * `POST`, `PUT` or `PATCH` to /rufh: the file, or the first of it. With an API key it issues an upload; with an upload
 * token it takes up that token's own. Without the completeness field it is an upload like any other, all in one
 * request.
 */
export const createUpload: RufhOperation = async (exchange) => {
  try {
    return await create(exchange)
  } catch (error) {
    if (isDomainError(error, 'too_large')) exchange.reply.headers(uploadLimits(exchange))
    throw error
  }
}

async function create(exchange: RufhExchange): Promise<FastifyReply> {
  const { request, reply, services, interop } = exchange
  if (forbidsStateFields(interop) && request.headers['upload-offset'] !== undefined) {
    throw new DomainError('invalid_argument', 'An upload begins at 0; do not send Upload-Offset when creating it.')
  }
  assertPlainContent(exchange)
  const stated = statedCompleteness(request, interop)
  const isLast = stated ?? true
  const bytes: Transfer = { offset: 0, isLast, sizeBytes: statedSize(exchange, 0, isLast) }
  // What is wrong with the digests is told before anything is made.
  statedContentDigest(request)
  const created = await takeUp(exchange, await uploadCredential(request, services), bytes.sizeBytes)
  const location = uploadAddress(exchange, created.token)
  reply.header('location', location)
  const isResumable = stated !== undefined && interop.isNamed && canInform(reply.raw)
  if (isResumable) {
    const limits = uploadLimits(exchange, created.upload)
    reply.raw.writeInformation(104, { ...versionFields(interop), Location: location, ...limits })
  }
  try {
    return await answer(exchange, created.upload, bytes)
  } catch (error) {
    // Nobody knows the address of an upload whose creation failed without a word.
    if (created.isNew && !isResumable) await services.uploads.remove(created.upload.id)
    throw error
  }
}

async function answer(exchange: RufhExchange, upload: Upload, bytes: Transfer): Promise<FastifyReply> {
  const hasContent = announcedLength(exchange.request) !== 0
  const here = contiguousBytes(upload.ranges)
  if (here > 0 && hasContent) {
    throw new DomainError('offset_mismatch', `The upload has ${here} bytes already; append to it.`, {
      details: { offset: here },
    })
  }
  const isSent = hasContent || (bytes.isLast && here === 0)
  const after = isSent ? await transfer(exchange, upload, bytes) : upload
  if (!isOpen(after.state)) return sendFinalAnswer(exchange, after, 201)
  tellState(exchange, after, false)
  return exchange.reply.code(201).send()
}

async function takeUp(
  { request, services }: RufhExchange,
  credential: UploadCredential,
  sizeBytes: number | undefined,
): Promise<Created> {
  const fileName = dispositionFileName(request.headers['content-disposition'])
  const digest = statedReprDigest(request)
  if (credential.kind === 'project') {
    const { projectId } = credential
    const { upload, token } = await services.uploads.create({ projectId, fileName, sizeBytes, policy: { digest } })
    return { upload, token, isNew: true }
  }
  const reprDigest = request.headers['repr-digest']
  const upload = await services.uploads.describe(credential.upload.id, {
    sizeBytes,
    fileName: fileName === '' ? undefined : fileName,
    echo: digest === undefined ? {} : { [ECHO.reprDigest]: String(reprDigest) },
  })
  return { upload, token: credential.token, isNew: false }
}

/** Offsets count coded bytes, and a file is stored as it comes: a coded one would be no media. */
function assertPlainContent({ request }: RufhExchange): void {
  const coding = request.headers['content-encoding']
  if (coding !== undefined && coding.trim().toLowerCase() !== 'identity') {
    throw new DomainError('type_not_allowed', 'Send the file as it is, without a content coding.')
  }
}
