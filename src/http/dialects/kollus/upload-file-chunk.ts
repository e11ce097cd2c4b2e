import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '../../../core/errors.ts'
import { announcedLength, takeRawBodies } from '../../request-body.ts'
import type { Services } from '../../services.ts'
import { type ChunkParams, chunkAnswer, failChunk } from './chunk-answer.ts'
import { findSession } from './upload-session.ts'

type Options = Readonly<{ services: Services }>
type Params = ChunkParams & Readonly<{ offset: string }>

/** "Upload file chunk": the next bytes of the file, raw, from where the last chunk ended: docs/dialects/kollus.md#chunks. */
export const uploadFileChunk: FastifyPluginAsync<Options> = async (app, { services }) => {
  takeRawBodies(app)
  app.put<{ Params: Params }>(
    '/api/v1/UploadFileChunk/:session/:offset',
    { schema: { hide: true }, errorHandler: failChunk },
    async (request) => {
      const { session, offset } = request.params
      if (!/^\d{1,15}$/.test(offset)) throw new DomainError('invalid_argument', 'The offset must be a whole number.')
      const upload = await findSession(services, session, { origin: request.headers.origin })
      await services.uploads.receive(upload.id, {
        offset: Number(offset),
        mustContinue: true,
        body: request.raw,
        lengthBytes: announcedLength(request),
      })
      return chunkAnswer(session, 200, 'OK')
    },
  )
}
