import type { FastifyPluginAsync } from 'fastify'
import { takeRawBodies } from '../../../request-body.ts'
import type { Services } from '../../../services.ts'
import { projectOf } from '../access.ts'
import { failAs, type Generation } from '../errors.ts'
import { readParameters } from '../parameters.ts'
import { v0Empty, v3Data } from '../wire/answers.ts'
import { findContent } from './find-content.ts'
import { takeFormFile } from './form-file.ts'
import { oneMediaContent } from './media-content.ts'

type Params = Readonly<{ key: string }>

const ADDRESSES: readonly (readonly [path: string, generation: Generation])[] = [
  ['/0/media/library/upload_poster/:key', 'v0'],
  ['/api/media-contents/:key/poster', 'v3'],
]

/**
 * A picture instead of the one that was taken from the film: a multipart form with a field `file`, whose bytes stream.
 * The access token is in the query here.
 */
export const uploadPoster: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  takeRawBodies(app)
  for (const [path, generation] of ADDRESSES) {
    app.post<{ Params: Params }>(
      path,
      { schema: { hide: true }, errorHandler: failAs(generation) },
      async (request) => {
        const projectId = await projectOf(services, await readParameters(request, services.clock))
        const view = await findContent(services, projectId, request.params.key.replace(/\.json$/, ''))
        await takeFormFile(request, services, (file, signal) =>
          services.posters.set(projectId, view.asset.id, file.body, signal),
        )
        if (generation === 'v0') return v0Empty()
        return v3Data(await oneMediaContent(services, projectId, await services.library.get(projectId, view.asset.id)))
      },
    )
  }
}
