import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import type { PlaybackPaths } from '../../../../core/playback/playback-service.ts'
import type { Services } from '../../../services.ts'
import { failAs } from '../errors.ts'
import { readParameters } from '../parameters.ts'
import { openPlayable } from './playable.ts'

/**
 * `/sr`: leads to the video itself, which is HLS whatever `cdn` asks for, or the file itself where it is passed through. `/s`: leads to a page that plays it and may
 * be framed. Both ask for HEAD with redirects off, too. Source: docs/dialects/kollus.md#playback.
 */
export const openStream: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const leadTo =
    (target: (paths: PlaybackPaths) => string | undefined) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const view = await openPlayable(services, await readParameters(request, services.clock))
      const paths = services.playback.paths(view)
      const path = paths && target(paths)
      if (path === undefined) throw new DomainError('not_found', 'This content does not play yet.')
      return reply.redirect(services.publicUrl + path, 302)
    }
  for (const method of ['GET', 'HEAD'] as const) {
    const own = { method, exposeHeadRoute: false, schema: { hide: true }, errorHandler: failAs('v3') }
    app.route({ ...own, url: '/sr', handler: leadTo(({ hls, original }) => hls ?? original) })
    app.route({ ...own, url: '/s', handler: leadTo(({ page }) => page) })
  }
}
