import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import { type FormFile, readForm } from '../../../multipart.ts'
import { takeRawBodies } from '../../../request-body.ts'
import type { Services } from '../../../services.ts'
import { projectOf } from '../access.ts'
import { failAs, type Generation } from '../errors.ts'
import { readParameters } from '../parameters.ts'
import { v0Empty, v3Data } from '../wire/answers.ts'
import { findContent } from './find-content.ts'
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
        await takePicture(request, services, (file, signal) =>
          services.posters.set(projectId, view.asset.id, file.body, signal),
        )
        if (generation === 'v0') return v0Empty()
        return v3Data(await oneMediaContent(services, projectId, await services.library.get(projectId, view.asset.id)))
      },
    )
  }
}

/** Hands the form's first file over while it comes in. Throws invalid_argument for a form without one. */
async function takePicture(
  request: FastifyRequest,
  { clock }: Services,
  set: (file: FormFile, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const abort = new AbortController()
  let setting: Promise<void> | undefined
  let failure: unknown
  await readForm(request.raw, {
    contentType: request.headers['content-type'],
    clock,
    fileFields: ['file'],
    onField: () => undefined,
    onFile: (file) => {
      if (setting !== undefined || file.isEmpty) {
        file.body.resume()
        return
      }
      setting = set(file, abort.signal).catch((error: unknown) => {
        failure = error
        // What comes behind is read past, so that the answer reaches its client.
        file.body.on('error', () => undefined).resume()
      })
    },
  }).catch((error: unknown) => {
    abort.abort(error)
    failure ??= error
  })
  await setting
  if (failure !== undefined) throw failure
  if (setting === undefined) throw new DomainError('invalid_argument', 'The form has no picture in a field named file.')
}
