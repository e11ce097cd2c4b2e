import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../problem-schema.ts'
import type { Services } from '../services.ts'
import { SHORT } from './cache-control.ts'
import { inline } from './content-disposition.ts'
import { fileResponse, PlayParams } from './playback-schema.ts'
import { sendFile } from './send-file.ts'

const schema = {
  operationId: 'getOriginal',
  tags: ['playback'],
  summary: 'The original file of an asset that is passed through',
  description:
    'As it was uploaded, under the content type it has. Of other assets the original is not for viewers: 404.',
  security: [],
  params: PlayParams,
  response: {
    200: fileResponse('The file', 'video/mp4', 'audio/mpeg', 'application/octet-stream'),
    206: fileResponse('The part that Range asks for', 'video/mp4', 'audio/mpeg', 'application/octet-stream'),
    304: Type.Null({ description: 'Unchanged' }),
    416: Type.Null({ description: 'Range names no byte of it' }),
    ...PROBLEMS,
  },
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
        const open = async (options: Parameters<typeof services.playback.passedThrough>[2]) => {
          const file = await services.playback.passedThrough(token, assetId, options)
          reply.header('content-disposition', inline(file.fileName))
          return file
        }
        return sendFile(request, reply, open, SHORT)
      },
    })
  }
}
