import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Services } from '../services.ts'
import { SHORT } from './cache-control.ts'
import { fileResponses, PlayParams } from './playback-schema.ts'
import { sendFile } from './send-file.ts'

const schema = {
  operationId: 'getPoster',
  tags: ['playback'],
  summary: 'A picture of the asset',
  security: [],
  params: PlayParams,
  response: fileResponses('The picture', 'image/jpeg'),
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
