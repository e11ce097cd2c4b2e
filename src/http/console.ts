import { access } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type {} from '@fastify/swagger'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'

/** Must be the `assetsDir` of console/vite.config.ts. */
const ASSETS_DIR = 'assets-console'
const ASSET_MAX_AGE = '1y'

const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Both Mantine and the player's controls write style elements and attributes at run time.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self'",
  "connect-src 'self'",
  // Media Source Extensions hand their buffers to the video element as blob: URLs.
  "media-src 'self' blob:",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
]

const COMMON_HEADERS = {
  'x-content-type-options': 'nosniff',
  // The watch page's address carries a token.
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}

const CONSOLE_HEADERS = {
  'content-security-policy': [...CONTENT_POLICY, "frame-ancestors 'none'"].join('; '),
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
}

/** Embedding in other sites is what the watch page is for; its token, not its frame, decides who sees the video. */
const WATCH_HEADERS = {
  'content-security-policy': [...CONTENT_POLICY, 'frame-ancestors *'].join('; '),
}

const NOT_BUILT =
  'The web console has not been built yet. Build it with `node_modules/.bin/vite build console`, or start the server\n' +
  'with `npm start`, which does so by itself. The HTTP API works without it.\n'

const WatchParams = Type.Object({ assetId: Type.String({ minLength: 1, maxLength: 64 }) })

/**
 * Serves the built web console from `directory` (console/dist): `/` is the console, `/watch/:assetId` the player for
 * anybody with a playback token, `/assets-console/*` their hashed files. Answers 503 in words while there is no build;
 * a build that appears later is served without a restart.
 */
export const consolePages: FastifyPluginAsync<{ directory: string }> = async (app, { directory }) => {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(COMMON_HEADERS)
  })

  await app.register(fastifyStatic, {
    root: join(directory, ASSETS_DIR),
    prefix: `/${ASSETS_DIR}/`,
    index: false,
    immutable: true,
    maxAge: ASSET_MAX_AGE,
    // The build lays .br and .gz beside each text file.
    preCompressed: true,
    // The build may come after the start.
    suppressWarning: true,
    schemaHide: true,
  })

  const page = (file: string, headers: Record<string, string>) => async (_: FastifyRequest, reply: FastifyReply) => {
    if (!(await exists(join(directory, file)))) {
      return reply.code(503).type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(NOT_BUILT)
    }
    // The page names the hashed files of its build, so it must not outlive it.
    reply.headers(headers).header('cache-control', 'no-cache')
    return reply.sendFile(file, directory, { cacheControl: false })
  }

  app.get('/', { schema: { hide: true } }, page('index.html', CONSOLE_HEADERS))
  app.get('/watch/:assetId', { schema: { hide: true, params: WatchParams } }, page('watch.html', WATCH_HEADERS))
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
