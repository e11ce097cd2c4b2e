import type { FastifyReply } from 'fastify'
import type { Upload } from '../../core/uploads/upload.ts'
import { type RufhExchange, tellState } from './upload-resource.ts'

/** The answer to the request that completed the upload, and to its repetition. */
export function sendFinalAnswer(exchange: RufhExchange, upload: Upload, status: 200 | 201): FastifyReply {
  const { id: uploadId, assetId, state, sizeBytes } = upload
  tellState(exchange, upload, true)
  const document = { uploadId, assetId: assetId ?? null, state, sizeBytes }
  return exchange.reply.code(status).type('application/json; charset=utf-8').send(document)
}
