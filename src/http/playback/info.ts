import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../problem-schema.ts'
import type { Services } from '../services.ts'
import { PlaybackInfoRef, PlayParams } from './playback-schema.ts'

const schema = {
  operationId: 'getPlaybackInfo',
  tags: ['playback'],
  summary: 'What a player page shows',
  security: [],
  params: PlayParams,
  response: { 200: PlaybackInfoRef, ...PROBLEMS },
}

export const playbackInfo: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/play/:token/:assetId/info', { schema }, async (request) => {
    const { token, assetId } = request.params
    const { asset, status, source } = await services.playback.open(token, assetId)
    // The same token again: a new one would let its holder watch for ever.
    const base = `${services.publicUrl}/play/${token}/${asset.id}`
    const isReady = status.state === 'ready'
    return {
      title: asset.title,
      state: status.state,
      hls: isReady ? `${base}/master.m3u8` : null,
      poster: isReady && source?.posterKey !== undefined ? `${base}/poster.jpg` : null,
      durationMs: source?.media?.durationMs ?? null,
    }
  })
}
