import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FileOptions } from '../../core/playback/playback-service.ts'
import type { Services } from '../services.ts'
import { SHORT } from './cache-control.ts'
import { inline } from './content-disposition.ts'
import { fileResponses, PlayParams } from './playback-schema.ts'
import { sendFile } from './send-file.ts'

const schema = {
  operationId: 'getOriginal',
  tags: ['playback'],
  summary: 'The original file of an asset that is passed through',
  description:
    'As it was uploaded, under the content type it has. Of other assets the original is not for viewers: 404.',
  security: [],
  params: PlayParams,
  response: fileResponses('The file', 'video/mp4', 'audio/mpeg', 'application/octet-stream'),
}

export const original: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  for (const method of ['GET', 'HEAD'] as const) {
    app.route({
      method,
      exposeHeadRoute: false,
      url: '/play/:token/:assetId/original',
      schema: { ...schema, hide: method === 'HEAD' },
      handler: (request, reply) => {
        const { token, assetId } = request.params
        const open = async (options: FileOptions) => {
          const file = await services.playback.passedThrough(token, assetId, options)
          reply.header('content-disposition', inline(file.fileName))
          return file
        }
        return sendFile(request, reply, open, SHORT)
      },
    })
  }
}
