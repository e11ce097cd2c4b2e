import type { FastifyPluginAsync } from 'fastify'
import { isDomainError } from '../../../core/errors.ts'
import { isFinished, type Upload } from '../../../core/uploads/upload.ts'
import type { Services } from '../../services.ts'
import { failAs, failure } from './errors.ts'
import type { Transfers } from './transfers.ts'
import { findSession } from './upload-session.ts'

type Options = Readonly<{ services: Services; transfers: Transfers }>

const UNKNOWN_SESSION = 'Upload_key does not exist.'

/**
 * "Get uploading progress": docs/dialects/kollus.md#progress. 0 before the file is sent, since clients start polling
 * first, and 100 from its end until the session expires, since they poll until they have seen it.
 */
export const getUploadingProgress: FastifyPluginAsync<Options> = async (app, { services, transfers }) => {
  app.get<{ Params: { session: string } }>(
    '/api/v1/GetUploadingProgress/:session',
    { schema: { hide: true }, errorHandler: failAs('upload') },
    async (request, reply) => {
      const upload = await knownSession(services, request.params.session)
      if (upload === undefined) return reply.code(404).send(failure(UNKNOWN_SESSION))
      const progress = isFinished(upload.state) ? 100 : transfers.percent(upload)
      return { error: 0, message: 'OK', result: { progress } }
    },
  )
}

async function knownSession(services: Services, session: string): Promise<Upload | undefined> {
  try {
    return await findSession(services, session)
  } catch (error) {
    if (isDomainError(error)) return undefined
    throw error
  }
}
