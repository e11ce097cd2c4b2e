import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { FileOptions } from '../../core/playback/playback-service.ts'
import type { Services } from '../services.ts'
import { IMMUTABLE } from './cache-control.ts'
import { attachment } from './content-disposition.ts'
import { fileResponses, PlayParams } from './playback-schema.ts'
import { sendFile } from './send-file.ts'

const TYPES = ['video/mp4', 'audio/mp4']

const schema = {
  operationId: 'getDownload',
  tags: ['playback'],
  summary: 'A rendition in one MP4 file',
  description: 'Where the profile asks for downloads. Named by `playback.downloads` of an asset.',
  security: [],
  params: Type.Object({
    ...PlayParams.properties,
    sourceId: Type.String({ maxLength: 64 }),
    file: Type.String({ pattern: '^[a-z0-9-]{1,32}[.](mp4|m4a)$', examples: ['720p.mp4'] }),
  }),
  response: fileResponses('The file', ...TYPES),
}

export const download: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  for (const method of ['GET', 'HEAD'] as const) {
    app.route({
      method,
      exposeHeadRoute: false,
      url: '/play/:token/:assetId/:sourceId/downloads/:file',
      schema: { ...schema, hide: method === 'HEAD' },
      handler: (request, reply) => {
        const { token, ...wanted } = request.params
        const open = async (options: FileOptions) => {
          const found = await services.playback.download(token, { ...wanted, ...options })
          reply.header('content-disposition', attachment(found.fileName))
          return found
        }
        return sendFile(request, reply, open, IMMUTABLE)
      },
    })
  }
}
