import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../services.ts'
import { IMMUTABLE, SHORT } from './cache-control.ts'
import { FileParams, fileResponses } from './playback-schema.ts'
import { sendFile } from './send-file.ts'

const TYPES = ['video/iso.segment', 'video/mp4', 'application/vnd.apple.mpegurl', 'text/vtt']

const schema = {
  operationId: 'getRenditionFile',
  tags: ['playback'],
  summary: 'A playlist, initialisation section or segment of a rendition',
  security: [],
  params: FileParams,
  response: fileResponses('The file', ...TYPES),
}

export const renditionFile: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  for (const method of ['GET', 'HEAD'] as const) {
    app.route({
      method,
      exposeHeadRoute: false,
      url: '/play/:token/:assetId/:sourceId/:rendition/:file',
      schema: { ...schema, hide: method === 'HEAD' },
      handler: (request, reply) => {
        const { token, assetId, sourceId, rendition, file: name } = request.params
        const file = `${rendition}/${name}`
        return sendFile(
          request,
          reply,
          (options) => services.playback.file(token, { assetId, sourceId, file, ...options }),
          name.endsWith('.m3u8') ? SHORT : IMMUTABLE,
        )
      },
    })
  }
}
