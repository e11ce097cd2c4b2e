import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../problem-schema.ts'
import type { Services } from '../services.ts'
import { SHORT } from './cache-control.ts'
import { fileResponse, PlayParams } from './playback-schema.ts'

const PLAYLIST = 'application/vnd.apple.mpegurl'
const TEXT = 'text/vtt; charset=utf-8'

const schema = {
  operationId: 'getSubtitleFile',
  tags: ['playback'],
  summary: 'Subtitles: `<id>.m3u8` is their playlist, `<id>.vtt` their text',
  security: [],
  params: Type.Object({ ...PlayParams.properties, file: Type.String({ pattern: '^[a-z0-9_]{1,64}[.](m3u8|vtt)$' }) }),
  response: { 200: fileResponse('The file', PLAYLIST, TEXT), ...PROBLEMS },
}

export const subtitles: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/play/:token/:assetId/subtitles/:file', { schema }, async (request, reply) => {
    const { token, assetId, file } = request.params
    const [id = '', extension] = file.split('.')
    const isText = extension === 'vtt'
    const text = isText
      ? await services.playback.subtitleText(token, assetId, id)
      : await services.playback.subtitlePlaylist(token, assetId, id)
    return reply
      .header('cache-control', SHORT)
      .type(isText ? TEXT : PLAYLIST)
      .send(text)
  })
}
