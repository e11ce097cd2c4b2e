import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { DomainError } from '../../../core/errors.ts'
import { type ProjectId, parseId } from '../../../core/ids.ts'
import type { Asset } from '../../../core/library/asset.ts'
import type { UploadPolicy, UploadTarget } from '../../../core/uploads/upload.ts'
import type { IssuedUpload } from '../../../core/uploads/upload-issuer.ts'
import type { NewUpload } from '../../../core/uploads/upload-plan.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { presentToken, uploadUrls } from '../../upload-urls.ts'
import { callerProject } from '../authentication.ts'
import { readCategoryId, readChannelId } from '../library/library-document.ts'
import {
  type HeldFileDocument,
  HeldFileRef,
  type IssuedUploadDocument,
  IssuedUploadRef,
  type NewUploadBody,
  NewUploadRef,
} from './upload-schema.ts'

export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description: 'Unique to this wish. Repeated with it, the request gets the first answer again, token included',
    }),
  ),
})

const schema = {
  operationId: 'createUpload',
  tags: ['uploads'],
  summary: 'Issue an upload token',
  description:
    'For backends: hand `urls` or the token to whoever has the file. The asset exists from now on. With ' +
    '`onDuplicate: link` the answer may be 200 instead: an asset of this project has the file already.',
  headers: IdempotencyHeaders,
  body: NewUploadRef,
  response: { 200: HeldFileRef, 201: IssuedUploadRef, ...PROBLEMS },
}

export const createUpload: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/uploads', { schema }, async (request, reply) => {
    const idempotencyKey = request.headers['idempotency-key']
    const wanted = newUpload(callerProject(request), request.body)
    const { issued, held } =
      request.body.onDuplicate === 'link'
        ? await services.uploads.createUnlessHeld(wanted, { idempotencyKey })
        : { issued: await services.uploads.create(wanted, { idempotencyKey }) }
    if (held !== undefined) return reply.code(200).send(await heldDocument(held, services))
    if (issued.isRepeated) reply.header('idempotency-replayed', 'true')
    reply.header('location', `${services.publicUrl}/v1/uploads/${issued.upload.id}`)
    return reply.code(201).send(issuedDocument(issued, services.publicUrl))
  })
}

/** What the body of a request wishes for, in the core's words. Throws invalid_argument, not_found. */
export function newUpload(projectId: ProjectId, body: NewUploadBody): NewUpload {
  const { fileName, sizeBytes, expiresInSeconds } = body
  return {
    projectId,
    fileName,
    sizeBytes,
    leaseMs: expiresInSeconds === undefined ? undefined : expiresInSeconds * 1000,
    policy: policyOf(body),
    target: targetOf(body),
  }
}

function policyOf({ maxSizeBytes, minChunkBytes, completion, origins, allowedTypes, sha256, ownerId }: NewUploadBody) {
  const policy: { -readonly [Name in keyof UploadPolicy]?: UploadPolicy[Name] } = {}
  if (maxSizeBytes !== undefined) policy.maxSizeBytes = maxSizeBytes
  if (minChunkBytes !== undefined) policy.minChunkBytes = minChunkBytes
  if (completion !== undefined) policy.completion = completion
  if (origins !== undefined) policy.origins = origins.map(normalOrigin)
  if (allowedTypes !== undefined) policy.allowedTypes = allowedTypes.map((type) => type.toLowerCase())
  if (sha256 !== undefined) policy.digest = { algorithm: 'sha256', hex: sha256.toLowerCase() }
  if (ownerId !== undefined) policy.ownerId = ownerId
  return policy
}

function targetOf({ title, metadata, replaceAssetId, ...wanted }: NewUploadBody) {
  const target: { -readonly [Name in keyof UploadTarget]?: UploadTarget[Name] } = {}
  if (title !== undefined) target.title = title
  if (metadata !== undefined) target.metadata = metadata
  if (wanted.encrypt === true && wanted.passthrough === true) {
    throw new DomainError('invalid_argument', 'A file that is passed through cannot be encrypted: choose one of them.')
  }
  if (wanted.activation !== undefined) target.activation = wanted.activation
  if (wanted.categories !== undefined) target.categoryIds = wanted.categories.map(readCategoryId)
  if (wanted.channels !== undefined) target.channelIds = wanted.channels.map(readChannelId)
  if (wanted.workflow !== undefined) target.workflowKey = wanted.workflow
  if (wanted.profile !== undefined) target.profileKey = wanted.profile
  target.encrypt = wanted.encrypt ?? false
  target.audioOnly = wanted.audioOnly ?? false
  target.passthrough = wanted.passthrough ?? false
  if (replaceAssetId !== undefined) {
    target.replaceAssetId = parseId('asset', replaceAssetId)
    if (target.replaceAssetId === undefined) throw new DomainError('not_found', 'The asset to replace does not exist.')
  }
  return target
}

/** As browsers write it: lower case, without the port that goes without saying. */
function normalOrigin(text: string): string {
  const url = URL.parse(text)
  if (url === null) throw new DomainError('invalid_argument', `"${text}" is not an origin.`)
  return url.origin
}

async function heldDocument({ projectId, id, title }: Asset, { library }: Services): Promise<HeldFileDocument> {
  const { status } = await library.get(projectId, id)
  return { duplicateOf: { id, state: status.state, title } }
}

export function issuedDocument({ upload, token }: IssuedUpload, publicUrl: string): IssuedUploadDocument {
  if (upload.assetId === undefined) throw new Error('an upload made here has an asset')
  return {
    id: upload.id,
    state: upload.state,
    token: presentToken(token),
    expiresAt: new Date(upload.expiresAtMs).toISOString(),
    asset: { id: upload.assetId },
    urls: uploadUrls(publicUrl, upload.id, token),
  }
}
