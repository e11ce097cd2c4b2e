import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsync } from 'fastify'
import { SHORT } from '../../playback/cache-control.ts'
import { sendFile } from '../../playback/send-file.ts'
import type { Services } from '../../services.ts'
import { type Account, accountOf } from './access.ts'
import { findVideo } from './named-video.ts'
import { failUpload, UploadError } from './upload-error.ts'

const ROUTE = '/vod/file/:accessKey/:signature/:name'
const ID_LENGTH = 32

/** Where an audio or material file is, once it is there: known from the beginning, and good as long as the keys are. */
export function fileUrl({ publicUrl }: Services, account: Account, id: string, suffix: string): string {
  const name = suffix === '' ? id : `${id}.${suffix}`
  return `${publicUrl}/vod/file/${account.accessKey}/${signatureOf(account, id)}/${name}`
}

/** The file that such an address names. docs/dialects/cloudv.md#audio-and-material-files */
export const storedFile: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  app.route<{ Params: Readonly<{ accessKey: string; signature: string; name: string }> }>({
    method: ['GET', 'HEAD'],
    url: ROUTE,
    exposeHeadRoute: false,
    schema: { hide: true },
    errorHandler: failUpload,
    handler: async (request, reply) => {
      const { accessKey, signature, name } = request.params
      const id = name.slice(0, ID_LENGTH)
      const account = await accountOf(services, accessKey)
      if (account === undefined || !isSame(signature, signatureOf(account, id))) throw notThere()
      const found = await findVideo(services, account.projectId, id)
      if (found === undefined) throw notThere()
      reply.header('x-content-type-options', 'nosniff')
      return sendFile(request, reply, (options) => services.playback.original(found.view, options), SHORT)
    },
  })
}

function signatureOf({ secretKey }: Account, id: string): string {
  return createHmac('sha256', secretKey).update(`cloudv stored file\0${id}`).digest('base64url')
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function notThere(): UploadError {
  return new UploadError(404, 'File Not Found')
}
