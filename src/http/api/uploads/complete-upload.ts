import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { statusDocument } from './status-document.ts'
import { openedUpload } from './upload-access.ts'
import { Bytes, Sha256, TokenQuery, UploadParams, UploadStatusRef } from './upload-schema.ts'
import { TOKEN_OR_PROJECT } from './upload-security.ts'

const MAX_WAIT_SECONDS = 30

export const CompletionSchema = Type.Object(
  {
    sizeBytes: Type.Optional(Bytes('Size of the file, where nobody stated it before; else what has arrived is all')),
    sha256: Type.Optional(Sha256('The file must have this digest; hexadecimal')),
    waitSeconds: Type.Optional(
      Type.Integer({ minimum: 0, maximum: MAX_WAIT_SECONDS, description: 'For parts that are still on their way' }),
    ),
  },
  { $id: 'Completion', additionalProperties: false, examples: [{ sizeBytes: 734_003_200 }] },
)

const schema = {
  operationId: 'completeUpload',
  tags: ['uploads'],
  summary: 'Say that the file is complete',
  description: 'Only needed with explicit completion or an unknown size. Repeated, it gives the same answer.',
  security: TOKEN_OR_PROJECT,
  params: UploadParams,
  querystring: TokenQuery,
  body: Type.Unsafe<Static<typeof CompletionSchema>>({ $ref: 'Completion#' }),
  response: { 200: UploadStatusRef, ...PROBLEMS },
}

export const completeUpload: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  // Nothing has to be said beside the fact itself.
  const preValidation = async (request: { body: unknown }) => {
    request.body ??= {}
  }
  app.post('/uploads/:uploadId/complete', { schema, preValidation }, async (request) => {
    const { sizeBytes, sha256, waitSeconds = 0 } = request.body
    const upload = await services.uploads.complete(openedUpload(request).id, {
      sizeBytes,
      digest: sha256 === undefined ? undefined : { algorithm: 'sha256', hex: sha256.toLowerCase() },
      waitMs: waitSeconds * 1000,
    })
    return statusDocument(services.uploads.live(upload), services)
  })
}
