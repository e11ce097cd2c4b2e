import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../problem-schema.ts'
import type { Services } from '../services.ts'
import { SHORT } from './cache-control.ts'
import { fileResponse, PlayParams } from './playback-schema.ts'
import { sendFile } from './send-file.ts'

const schema = {
  operationId: 'getPoster',
  tags: ['playback'],
  summary: 'A picture of the asset',
  security: [],
  params: PlayParams,
  response: {
    200: fileResponse('The picture', 'image/jpeg'),
    206: fileResponse('The part that Range asks for', 'image/jpeg'),
    304: Type.Null({ description: 'Unchanged' }),
    416: Type.Null({ description: 'Range names no byte of it' }),
    ...PROBLEMS,
  },
}

export const poster: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  for (const method of ['GET', 'HEAD'] as const) {
    app.route({
      method,
      exposeHeadRoute: false,
      url: '/play/:token/:assetId/poster.jpg',
      schema: { ...schema, hide: method === 'HEAD' },
      handler: (request, reply) => {
        const { token, assetId } = request.params
        return sendFile(request, reply, (options) => services.playback.poster(token, assetId, options), SHORT)
      },
    })
  }
}
