import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import type { Services } from '../../../services.ts'
import { failAs } from '../errors.ts'
import { placementKeyOf } from './play-jwt.ts'

/**
 * `/poster/{media_content_key}`, also with `.jpg` behind it: leads to the picture of what the key plays now. Open to
 * everybody who knows the key, as pages show it in `<img>`. Source: docs/dialects/kollus.md#playback.
 */
export const poster: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  for (const method of ['GET', 'HEAD'] as const) {
    app.route<{ Params: Readonly<{ key: string }> }>({
      method,
      url: '/poster/:key',
      exposeHeadRoute: false,
      schema: { hide: true },
      errorHandler: failAs('v3'),
      handler: async (request, reply) => {
        const key = placementKeyOf(request.params.key.replace(/\.jpe?g$/i, ''))
        const placement = await services.placements.getByKey(key)
        const view = await services.library.get(placement.projectId, placement.assetId)
        const path = services.playback.paths(view)?.poster
        if (path === undefined) throw new DomainError('not_found', 'This content has no poster yet.')
        return reply.redirect(services.publicUrl + path, 302)
      },
    })
  }
}
