import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '../../../core/errors.ts'
import type { Random } from '../../../core/ports/random.ts'
import type { Services } from '../../services.ts'
import { projectOf } from './access.ts'
import { failAs } from './errors.ts'
import { issueUpload } from './issue-upload.ts'
import { readParameters } from './parameters.ts'

type Options = Readonly<{ services: Services; random: Random }>
type Params = Readonly<{ expireTimeS: string; type: string }>

/** `n`: the file comes as one form. `f`: it comes in chunks. Our sessions take either. */
const TYPES = ['n', 'f']

/** "Create upload session" of the upload host's chunked variant: docs/dialects/kollus.md#chunks. */
export const createUploadSession: FastifyPluginAsync<Options> = async (app, options) => {
  const { services } = options
  app.post<{ Params: Params }>(
    '/api/v1/CreateUploadSession/:expireTimeS/:type',
    { schema: { hide: true }, errorHandler: failAs('upload') },
    async (request) => {
      const { expireTimeS, type } = request.params
      if (!TYPES.includes(type)) throw new DomainError('invalid_argument', 'The type of a session is n or f.')
      const parameters = new Map(await readParameters(request, services.clock)).set('expire_time', expireTimeS)
      const projectId = await projectOf(services, parameters)
      const { session, uploadFileKey } = await issueUpload(options, projectId, parameters)
      const result = { type, upload_key: session, progress: 0, upload_file_key: uploadFileKey }
      return { error: false, message: 'OK', result }
    },
  )
}
