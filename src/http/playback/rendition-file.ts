import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../problem-schema.ts'
import type { Services } from '../services.ts'
import { IMMUTABLE, SHORT } from './cache-control.ts'
import { FileParams, fileResponse } from './playback-schema.ts'
import { sendFile } from './send-file.ts'

const TYPES = ['video/iso.segment', 'video/mp4', 'application/vnd.apple.mpegurl', 'text/vtt']

const schema = {
  operationId: 'getRenditionFile',
  tags: ['playback'],
  summary: 'A playlist, initialisation section or segment of a rendition',
  security: [],
  params: FileParams,
  response: {
    200: fileResponse('The file', ...TYPES),
    206: fileResponse('The part that Range asks for', ...TYPES),
    304: Type.Null({ description: 'Unchanged' }),
    416: Type.Null({ description: 'Range names no byte of it' }),
    ...PROBLEMS,
  },
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
