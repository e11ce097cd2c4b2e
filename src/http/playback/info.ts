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
    const view = await services.playback.open(token, assetId)
    const { asset, status, source } = view
    // The same token again: a new one would let its holder watch for ever.
    const paths = services.playback.pathsOf(token, view)
    const subtitles = await services.playback.subtitles(token, view)
    const url = (path: string | undefined) => (path === undefined ? null : services.publicUrl + path)
    return {
      title: asset.title,
      state: status.state,
      hls: url(paths.hls),
      dash: url(paths.dash),
      original: url(paths.original),
      contentType: paths.original === undefined ? null : (source?.media?.contentType ?? null),
      poster: url(paths.poster),
      sprites: url(paths.sprites),
      durationMs: source?.media?.durationMs ?? null,
      subtitles: subtitles.map(({ label, language, kind, isDefault, path }) => {
        return { label, language, kind, isDefault, url: services.publicUrl + path }
      }),
    }
  })
}
