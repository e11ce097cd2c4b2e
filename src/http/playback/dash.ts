import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../problem-schema.ts'
import type { Services } from '../services.ts'
import { SHORT } from './cache-control.ts'
import { fileResponse, PlayParams } from './playback-schema.ts'

const TYPE = 'application/dash+xml'

const schema = {
  operationId: 'getDashManifest',
  tags: ['playback'],
  summary: 'The DASH manifest',
  description: 'Of the same segments as the HLS playlists. Encrypted assets, and originals passed through, have none.',
  security: [],
  params: PlayParams,
  response: { 200: fileResponse('The manifest', TYPE), ...PROBLEMS },
}

export const dashManifest: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/play/:token/:assetId/manifest.mpd', { schema }, async (request, reply) => {
    const text = await services.playback.dash(request.params.token, request.params.assetId)
    return reply.header('cache-control', SHORT).type(TYPE).send(text)
  })
}
