import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../problem-schema.ts'
import type { Services } from '../services.ts'
import { fileResponse, PlayParams } from './playback-schema.ts'

const TYPE = 'application/octet-stream'

const schema = {
  operationId: 'getContentKey',
  tags: ['playback'],
  summary: 'A key of an encrypted package',
  description: 'Named by EXT-X-KEY of its playlists. 16 bytes, for AES-128; never kept by caches.',
  security: [],
  params: Type.Object({
    ...PlayParams.properties,
    sourceId: Type.String({ maxLength: 64 }),
    index: Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'In playing order' }),
  }),
  response: { 200: fileResponse('The key', TYPE), ...PROBLEMS },
}

export const contentKey: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/play/:token/:assetId/:sourceId/keys/:index', { schema }, async (request, reply) => {
    const { token, ...wanted } = request.params
    const key = await services.playback.contentKey(token, wanted)
    // The hook of these routes has said no-store, which holds for keys.
    return reply.type(TYPE).send(Buffer.from(key))
  })
}
