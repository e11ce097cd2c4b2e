import { DomainError } from '../../core/errors.ts'
import { contiguousBytes } from '../../core/uploads/ranges.ts'
import { isOpen, type Upload } from '../../core/uploads/upload.ts'
import { announcedLength } from '../request-body.ts'
import { type UploadCredential, uploadCredential } from '../upload-credential.ts'
import { createFinal } from './create-final.ts'
import { createPart, reservePlace } from './create-part.ts'
import { noteActivity, settleInBackground } from './joining.ts'
import type { TusExchange, TusOperation } from './operation.ts'
import { assertOffsetStream, headerText, statedLength } from './request-headers.ts'
import { statedChecksum } from './upload-checksum.ts'
import { parseConcat } from './upload-concat.ts'
import { described, parseMetadata, type UploadMetadata } from './upload-metadata.ts'
import { tellExpiry, uploadAddress, uploadOffset } from './upload-resource.ts'

/** The upload that a creation leads to; a new one is of no use to anybody whose creation failed. */
export type CreatedUpload = Readonly<{ upload: Upload; token: string; isNew: boolean }>

/**
 * `POST /tus`: with an API key it issues an upload; with an upload token it takes up that token's own, which may have
 * bytes already. A body is the beginning of the file.
 */
export const createUpload: TusOperation = async (exchange) => {
  const { request, reply } = exchange
  const concat = parseConcat(headerText(request, 'Upload-Concat'))
  const metadata = parseMetadata(headerText(request, 'Upload-Metadata'))
  if (concat?.kind === 'final') return createFinal(exchange, concat, metadata)
  const sizeBytes = statedLength(request)
  const hasBody = announcedLength(request) !== 0
  if (hasBody) assertOffsetStream(request)
  // Before anything is awaited: the order in which parts are announced is where their bytes will lie.
  const place = concat && reservePlace(exchange, sizeBytes)
  const credential = await uploadCredential(request, exchange.services)
  const created = place
    ? await createPart(exchange, credential, { place, sizeBytes, metadata })
    : await createFile(exchange, credential, { sizeBytes, metadata })
  const upload = await takeBody(exchange, created, hasBody)
  reply.header('location', uploadAddress(exchange, created.token))
  if (hasBody || sizeBytes === 0) reply.header('upload-offset', String(uploadOffset(upload)))
  tellExpiry(reply, upload)
  return reply.code(201).send()
}

async function createFile(
  { services }: TusExchange,
  credential: UploadCredential,
  { sizeBytes, metadata }: Readonly<{ sizeBytes: number | undefined; metadata: UploadMetadata | undefined }>,
): Promise<CreatedUpload> {
  if (credential.kind === 'token') {
    const { upload, token } = credential
    if (upload.partIds !== undefined) {
      throw new DomainError('state_conflict', 'The upload is made of parts; it takes no bytes of its own.')
    }
    return {
      upload: await services.uploads.describe(upload.id, { sizeBytes, ...described(metadata) }),
      token,
      isNew: false,
    }
  }
  const { upload, token } = await services.uploads.create({
    projectId: credential.projectId,
    fileName: metadata?.fileName ?? '',
    sizeBytes,
    target: { metadata: metadata?.values ?? {} },
    echo: described(metadata).echo,
  })
  return { upload, token, isNew: true }
}

async function takeBody(exchange: TusExchange, created: CreatedUpload, hasBody: boolean): Promise<Upload> {
  const { request, services } = exchange
  const { upload, isNew } = created
  try {
    if (upload.sizeBytes === 0 && upload.kind === 'file' && upload.policy.completion === 'automatic') {
      return await services.uploads.complete(upload.id, { sizeBytes: 0 })
    }
    // Taken up with bytes in it: the answer says where to go on, and what comes now is not read.
    if (!hasBody || contiguousBytes(upload.ranges) > 0) return upload
    const checksum = statedChecksum(request)
    const lengthBytes = announcedLength(request)
    const run = { offset: 0, body: request.raw, lengthBytes, mustContinue: true, ...checksum }
    const { upload: after } = await services.uploads.receive(upload.id, run)
    if (after.kind === 'part') {
      await noteActivity(exchange, after)
      if (after.partOf !== undefined) await settleInBackground(exchange, after.partOf)
    }
    return after
  } catch (error) {
    // Its address never reached the client.
    if (isNew && isOpen(upload.state)) await services.uploads.remove(upload.id)
    throw error
  }
}
