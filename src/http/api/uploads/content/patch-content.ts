import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DomainError } from '../../../../core/errors.ts'
import { PROBLEMS } from '../../../problem-schema.ts'
import type { Services } from '../../../services.ts'
import { openedUpload } from '../upload-access.ts'
import { TokenQuery, UploadParams, UploadStatusRef } from '../upload-schema.ts'
import { TOKEN_OR_PROJECT } from '../upload-security.ts'
import { contentAnswer } from './content-answer.ts'
import { parseContentRange, parseUploadOffset } from './content-range.ts'
import { BYTES_BODY, PatchHeaders } from './content-schema.ts'
import { receiveAt, receiveRange } from './receive-content.ts'

const schema = {
  operationId: 'patchContent',
  tags: ['uploads'],
  summary: 'Continue the file',
  description:
    '`Upload-Offset` must be where the upload stands (see HEAD); another one is refused with 409, which names the ' +
    'right one. With Content-Range instead, the body may be any part of the file.',
  security: TOKEN_OR_PROJECT,
  params: UploadParams,
  querystring: TokenQuery,
  headers: PatchHeaders,
  response: { 200: UploadStatusRef, ...PROBLEMS },
}

export const patchContent: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.patch('/uploads/:uploadId/content', { schema, config: { requestBody: BYTES_BODY } }, async (request, reply) => {
    const upload = openedUpload(request)
    const range = parseContentRange(request.headers['content-range'])
    const offset = parseUploadOffset(request.headers['upload-offset'])
    if (range?.kind === 'bytes' && offset === undefined) {
      return contentAnswer(reply, await receiveRange(request, upload, range, services), services)
    }
    if (range === undefined && offset !== undefined) {
      return contentAnswer(reply, await receiveAt(request, upload, offset, services), services)
    }
    throw new DomainError('invalid_argument', 'Say where the bytes belong: either Upload-Offset or Content-Range.')
  })
}
