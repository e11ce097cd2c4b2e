import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../problem-schema.ts'
import type { Services } from '../services.ts'
import { SHORT } from './cache-control.ts'
import { isFresh } from './conditional-request.ts'
import { fileResponse, PlayParams } from './playback-schema.ts'

const TYPE = 'application/vnd.apple.mpegurl'

const schema = {
  operationId: 'getMasterPlaylist',
  tags: ['playback'],
  summary: 'The HLS master playlist',
  description: 'Of what is current now: after a replacement the same address plays the new file.',
  security: [],
  params: PlayParams,
  response: {
    200: fileResponse('The playlist', TYPE),
    304: Type.Null({ description: 'Unchanged' }),
    ...PROBLEMS,
  },
}

export const masterPlaylist: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/play/:token/:assetId/master.m3u8', { schema }, async (request, reply) => {
    const text = await services.playback.master(request.params.token, request.params.assetId)
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
    reply.headers({ etag, 'cache-control': SHORT })
    if (isFresh(request.headers, etag)) return reply.code(304).send(null)
    return reply.type(TYPE).send(text)
  })
}
