import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { statusDocument } from './status-document.ts'
import { openedUpload } from './upload-access.ts'
import { TokenQuery, UploadParams, UploadStatusRef } from './upload-schema.ts'
import { TOKEN_OR_PROJECT } from './upload-security.ts'

const schema = {
  operationId: 'getUpload',
  tags: ['uploads'],
  summary: 'The status of an upload',
  security: TOKEN_OR_PROJECT,
  params: UploadParams,
  querystring: TokenQuery,
  response: { 200: UploadStatusRef, ...PROBLEMS },
}

export const getUpload: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/uploads/:uploadId', { schema }, async (request) =>
    statusDocument(services.uploads.live(openedUpload(request)), services),
  )
}
