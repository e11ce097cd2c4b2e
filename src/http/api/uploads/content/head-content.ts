import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../../problem-schema.ts'
import { openedUpload } from '../upload-access.ts'
import { TokenQuery, UploadParams } from '../upload-schema.ts'
import { TOKEN_OR_PROJECT } from '../upload-security.ts'
import { tellOffset } from './content-answer.ts'

const schema = {
  operationId: 'headContent',
  tags: ['uploads'],
  summary: 'Where to continue',
  description: '`Upload-Offset` is the length of the unbroken beginning that is on stable storage.',
  security: TOKEN_OR_PROJECT,
  params: UploadParams,
  querystring: TokenQuery,
  response: { 204: Type.Null({ description: 'The headers say it' }), ...PROBLEMS },
}

export const headContent: FastifyPluginAsyncTypebox = async (app) => {
  app.head(
    '/uploads/:uploadId/content',
    { schema, config: { swagger: { exposeHeadRoute: true } } },
    async (request, reply) => {
      tellOffset(reply, openedUpload(request))
      return reply.code(204).send(null)
    },
  )
}
