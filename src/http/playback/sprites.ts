import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../problem-schema.ts'
import type { Services } from '../services.ts'
import { IMMUTABLE, SHORT } from './cache-control.ts'
import { fileResponse, fileResponses, PlayParams, StoryboardRef } from './playback-schema.ts'
import { sendFile } from './send-file.ts'

const MAP = 'text/vtt; charset=utf-8'

const tags = ['playback']
const mapSchema = {
  operationId: 'getSpriteMap',
  tags,
  summary: 'Small pictures for the seek bar, as a WebVTT map',
  description: 'A cue for each picture, naming a sheet and the part of it to show: `…/sheet-1.jpg#xywh=160,0,160,90`.',
  security: [],
  params: PlayParams,
  response: { 200: fileResponse('The map', MAP), ...PROBLEMS },
}
const storyboardSchema = {
  operationId: 'getStoryboard',
  tags,
  summary: 'Small pictures for the seek bar, as data',
  security: [],
  params: PlayParams,
  response: { 200: StoryboardRef, ...PROBLEMS },
}
const sheetSchema = {
  operationId: 'getSpriteSheet',
  tags,
  summary: 'A sheet of small pictures',
  security: [],
  params: Type.Object({
    ...PlayParams.properties,
    sourceId: Type.String({ maxLength: 64 }),
    file: Type.String({ pattern: '^sheet-[0-9]{1,4}[.]jpg$', examples: ['sheet-1.jpg'] }),
  }),
  response: fileResponses('The picture', 'image/jpeg'),
}

export const sprites: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const { playback } = services
  app.get('/play/:token/:assetId/sprites.vtt', { schema: mapSchema }, async (request, reply) => {
    const text = await playback.spriteMap(request.params.token, request.params.assetId)
    return reply.header('cache-control', SHORT).type(MAP).send(text)
  })
  app.get('/play/:token/:assetId/storyboard.json', { schema: storyboardSchema }, async (request, reply) => {
    const { tiles, ...board } = await playback.storyboard(request.params.token, request.params.assetId)
    const absolute = tiles.map((tile) => ({ ...tile, url: services.publicUrl + tile.url }))
    return reply.header('cache-control', SHORT).send({ ...board, tiles: absolute })
  })
  for (const method of ['GET', 'HEAD'] as const) {
    app.route({
      method,
      exposeHeadRoute: false,
      url: '/play/:token/:assetId/:sourceId/sprites/:file',
      schema: { ...sheetSchema, hide: method === 'HEAD' },
      handler: (request, reply) => {
        const { token, ...wanted } = request.params
        return sendFile(request, reply, (options) => playback.spriteSheet(token, { ...wanted, ...options }), IMMUTABLE)
      },
    })
  }
}
