import type { FastifyPluginAsync } from 'fastify'
import { ProblemSchema } from '../problem-schema.ts'
import type { Services } from '../services.ts'
import { validateStrictly } from '../validation.ts'
import { contentKey } from './content-key.ts'
import { dashManifest } from './dash.ts'
import { download } from './download.ts'
import { playbackInfo } from './info.ts'
import { masterPlaylist } from './master.ts'
import { original } from './original.ts'
import { PlaybackInfoSchema, StoryboardSchema } from './playback-schema.ts'
import { poster } from './poster.ts'
import { renditionFile } from './rendition-file.ts'
import { sprites } from './sprites.ts'
import { subtitles } from './subtitles.ts'

/** What players ask for. The token in the path decides who sees it, so pages of any origin may. */
export const playbackRoutes: FastifyPluginAsync<{ services: Services }> = async (app, { services }) => {
  validateStrictly(app)
  app.addSchema(ProblemSchema)
  app.addSchema(PlaybackInfoSchema)
  app.addSchema(StoryboardSchema)
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      // Of refusals; what is found says how long it may be kept.
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Content-Length, Content-Range, Accept-Ranges, ETag',
      'x-content-type-options': 'nosniff',
    })
  })
  app.options('/play/*', { schema: { hide: true } }, (_request, reply) =>
    reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': 'Range, If-Range, If-None-Match, Cache-Control',
        'access-control-max-age': '86400',
      })
      .send(),
  )
  await app.register(masterPlaylist, { services })
  await app.register(poster, { services })
  await app.register(original, { services })
  await app.register(contentKey, { services })
  await app.register(subtitles, { services })
  await app.register(sprites, { services })
  await app.register(dashManifest, { services })
  await app.register(download, { services })
  await app.register(playbackInfo, { services })
  await app.register(renditionFile, { services })
}
