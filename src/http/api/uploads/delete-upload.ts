import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { openedUpload } from './upload-access.ts'
import { TokenQuery, UploadParams } from './upload-schema.ts'
import { TOKEN_OR_PROJECT } from './upload-security.ts'

const schema = {
  operationId: 'deleteUpload',
  tags: ['uploads'],
  summary: 'Give up an upload',
  description: 'Voids the token and forgets what has arrived. An upload that became an asset is refused with 409.',
  security: TOKEN_OR_PROJECT,
  params: UploadParams,
  querystring: TokenQuery,
  response: { 204: Type.Null({ description: 'The upload is gone' }), ...PROBLEMS },
}

export const deleteUpload: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.delete('/uploads/:uploadId', { schema }, async (request, reply) => {
    await services.uploads.remove(openedUpload(request).id)
    return reply.code(204).send(null)
  })
}
