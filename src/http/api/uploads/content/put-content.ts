import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { isFinished, type Upload } from '../../../../core/uploads/upload.ts'
import { PROBLEMS } from '../../../problem-schema.ts'
import type { Services } from '../../../services.ts'
import { openedUpload } from '../upload-access.ts'
import { TokenQuery, UploadParams, UploadStatusRef } from '../upload-schema.ts'
import { TOKEN_OR_PROJECT } from '../upload-security.ts'
import { answerQuery } from './answer-query.ts'
import { contentAnswer } from './content-answer.ts'
import { type ContentRange, parseContentRange } from './content-range.ts'
import { BYTES_BODY, ContentHeaders } from './content-schema.ts'
import { receiveRange, receiveWhole } from './receive-content.ts'

const INCOMPLETE = 308

const schema = {
  operationId: 'putContent',
  tags: ['uploads'],
  summary: 'Send the file, or a part of it',
  description:
    'Without Content-Range the body is the whole file. With it, the body is that part of the file; parts may come in ' +
    'any order and in parallel. While parts are missing the answer is 308 with `Range`, which names the unbroken ' +
    'beginning that is on stable storage; 200 says that the file is complete. `Content-Range: bytes */*` with an ' +
    'empty body asks how far the upload has got.',
  security: TOKEN_OR_PROJECT,
  params: UploadParams,
  querystring: TokenQuery,
  headers: ContentHeaders,
  response: { 200: UploadStatusRef, [INCOMPLETE]: UploadStatusRef, ...PROBLEMS },
}

export const putContent: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.put('/uploads/:uploadId/content', { schema, config: { requestBody: BYTES_BODY } }, async (request, reply) => {
    const upload = openedUpload(request)
    const range = parseContentRange(request.headers['content-range'])
    if (range === undefined) return contentAnswer(reply, await receiveWhole(request, upload, services), services)
    const after = await receivePart(range)
    reply.code(isFinished(after.state) ? 200 : INCOMPLETE)
    return contentAnswer(reply, after, services)

    async function receivePart(part: ContentRange): Promise<Upload> {
      if (part.kind === 'query') return answerQuery(request, upload, part.sizeBytes, services)
      if (isRepeated(upload, part)) return upload
      return receiveRange(request, upload, part, services)
    }
  })
}

/** A part of a file that is complete: its sender did not see the answer, and gets it again. */
function isRepeated(upload: Upload, part: ContentRange): boolean {
  return isFinished(upload.state) && part.sizeBytes === upload.sizeBytes
}
