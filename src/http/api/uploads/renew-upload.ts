import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { DomainError } from '../../../core/errors.ts'
import { parseId } from '../../../core/ids.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { statusDocument } from './status-document.ts'
import { LeaseSeconds, UploadParams, UploadStatusRef } from './upload-schema.ts'

export const RenewalSchema = Type.Object(
  { expiresInSeconds: Type.Optional(LeaseSeconds('Life of the token from now on; as when it was issued, if absent')) },
  { $id: 'Renewal', additionalProperties: false, examples: [{ expiresInSeconds: 3_600 }] },
)

const schema = {
  operationId: 'renewUpload',
  tags: ['uploads'],
  summary: 'Let a token live longer',
  description: 'Moves the expiry, never to an earlier time and never past the hard end of the upload. For its project.',
  params: UploadParams,
  body: Type.Unsafe<Static<typeof RenewalSchema>>({ $ref: 'Renewal#' }),
  response: { 200: UploadStatusRef, ...PROBLEMS },
}

export const renewUpload: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const { uploads } = services
  app.post('/uploads/:uploadId/renew', { schema }, async (request) => {
    const id = parseId('upload', request.params.uploadId)
    if (id === undefined) throw new DomainError('not_found', 'No such upload.')
    const { upload } = await uploads.get(callerProject(request), id)
    const { expiresInSeconds } = request.body
    const leaseMs = expiresInSeconds === undefined ? upload.policy.leaseMs : expiresInSeconds * 1000
    return statusDocument(uploads.live(await uploads.renew(id, leaseMs)), services)
  })
}
