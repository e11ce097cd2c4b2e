import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import type { Services } from '../../../services.ts'
import { operation, v3 } from '../wire/operation.ts'
import { findContent } from './find-content.ts'

/** The bytes of a media content's picture. */
export const downloadPoster: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  operation(
    app,
    services,
    v3('GET', 'media-contents/:key/poster/download'),
    async ({ projectId, key, request, reply }) => {
      const view = await findContent(services, projectId, key())
      const paths = services.playback.paths(view)
      if (paths?.poster === undefined)
        throw new DomainError('not_found', 'media content not found: it has no poster yet.')
      const gone = new AbortController()
      request.raw.once('close', () => gone.abort())
      const { body, info, contentType } = await services.playback.poster(paths.token, view.asset.id, {
        signal: gone.signal,
      })
      return reply.header('content-length', info.sizeBytes).type(contentType).send(body)
    },
  )
}
