import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsync } from 'fastify'
import type { Source } from '../../../core/library/asset.ts'
import { SHORT } from '../../playback/cache-control.ts'
import { sendFile } from '../../playback/send-file.ts'
import type { Services } from '../../services.ts'
import { type Account, accountOf } from './access.ts'
import { findVideo } from './named-video.ts'
import { failUpload, UploadError } from './upload-error.ts'
import type { Video } from './videos.ts'

const ROUTE = '/vod/file/:accessKey/:signature/:name'
const ID_LENGTH = 32

/** Where an audio or material file is, once it is there: known from the beginning, and good as long as the keys are. */
export function fileUrl({ publicUrl }: Services, account: Account, id: string, suffix: string): string {
  const name = suffix === '' ? id : `${id}.${suffix}`
  return `${publicUrl}/vod/file/${account.accessKey}/${signatureOf(account, id)}/${name}`
}

/** As `fileUrl`, of the file that lies or will lie under this key. */
export function videoUrl(
  services: Services,
  account: Account,
  { videoId, key }: Pick<Video, 'videoId' | 'key'>,
): string {
  return fileUrl(services, account, videoId, /\.([A-Za-z0-9]{1,16})$/.exec(key)?.[1]?.toLowerCase() ?? '')
}

/** The file that such an address names; not of an encrypted video, nor before it is known whether it is one. docs/dialects/cloudv.md#audio-and-material-files */
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
      if (found?.view.source === undefined || isProtected(found.view.source)) throw notThere()
      reply.header('x-content-type-options', 'nosniff')
      return sendFile(request, reply, (options) => services.playback.original(found.view, options), SHORT)
    },
  })
}

function isProtected({ treatment, media }: Source): boolean {
  return media === undefined || treatment?.encryption !== undefined
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
