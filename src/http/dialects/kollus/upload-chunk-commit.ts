import { Readable } from 'node:stream'
import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '../../../core/errors.ts'
import { isFinished, type Upload } from '../../../core/uploads/upload.ts'
import { clientFileName } from '../../file-name.ts'
import type { Services } from '../../services.ts'
import { type ChunkParams, chunkAnswer, failChunk } from './chunk-answer.ts'
import { findSession } from './upload-session.ts'

type Options = Readonly<{ services: Services }>
type Params = ChunkParams & Readonly<{ fileName: string }>

/** "Upload chunk commit": ends a file that came in chunks and names it; repeated, it answers the same again. */
export const uploadChunkCommit: FastifyPluginAsync<Options> = async (app, { services }) => {
  app.post<{ Params: Params }>(
    '/api/v1/UploadChunkCommit/:session/:fileName',
    { schema: { hide: true }, errorHandler: failChunk },
    async (request) => {
      const { session, fileName } = request.params
      const upload = await findSession(services, session, { origin: request.headers.origin })
      const { fileName: committed } = isFinished(upload.state) ? upload : await commit(services, upload, fileName)
      return { ...chunkAnswer(session, 200, 'OK'), file_name: committed }
    },
  )
}

async function commit({ uploads }: Services, upload: Upload, fileName: string): Promise<Upload> {
  if (upload.ranges.length === 0) throw new DomainError('invalid_argument', 'No chunk has arrived yet.')
  const end = { offset: 'append', body: Readable.from([]), lengthBytes: 0, isLast: true } as const
  return (await uploads.receive(upload.id, { ...end, fileName: clientFileName(fileName) || upload.fileName })).upload
}
