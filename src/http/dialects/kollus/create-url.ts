import type { FastifyPluginAsync } from 'fastify'
import type { Random } from '../../../core/ports/random.ts'
import type { Services } from '../../services.ts'
import { projectOf } from './access.ts'
import { failAs, type Generation } from './errors.ts'
import { type IssuedSession, issueUpload } from './issue-upload.ts'
import { readParameters } from './parameters.ts'

type Options = Readonly<{ services: Services; random: Random }>

const PATHS: readonly (readonly [path: string, generation: Generation])[] = [
  ['/0/media_auth/upload/create_url', 'v0'],
  ['/0/media_auth/upload/create_url.json', 'v0'],
  ['/api/upload/create-url', 'v3'],
  ['/api/v1/create_url', 'upload'],
]

/** "Create upload URL" of all generations, which answer alike: docs/dialects/kollus.md#create-upload-url. */
export const createUrl: FastifyPluginAsync<Options> = async (app, options) => {
  const { services } = options
  for (const [path, generation] of PATHS) {
    app.post(path, { schema: { hide: true }, errorHandler: failAs(generation) }, async (request) => {
      const parameters = await readParameters(request, services.clock)
      const projectId = await projectOf(services, parameters)
      return answer(services.publicUrl, await issueUpload(options, projectId, parameters))
    })
  }
}

/** One answer that holds what clients of any generation read; times are whole seconds. */
function answer(publicUrl: string, { upload, session, uploadFileKey }: IssuedSession) {
  const expiresAtS = Math.floor(upload.expiresAtMs / 1000)
  const common = {
    upload_url: `${publicUrl}/api/v1/UploadMultiParts/${session}/${uploadFileKey}`,
    progress_url: `${publicUrl}/api/v1/GetUploadingProgress/${session}`,
    upload_file_key: uploadFileKey,
  }
  return {
    status: 'ok',
    error: 0,
    message: '',
    data: { ...common, expired_at: expiresAtS },
    result: { ...common, will_be_expired_at: expiresAtS },
  }
}
