import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyPluginAsync } from 'fastify'
import { Type } from 'typebox'
import { MAX_POSTER_BYTES } from '../../../core/library/poster-service.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { assetDocument } from '../assets/asset-document.ts'
import { AssetParams, AssetRef } from '../assets/asset-schema.ts'
import { callerProject } from '../authentication.ts'
import { readAssetId } from '../library/library-document.ts'
import { bytesBody, bytesOf, takeWholeBodies } from './whole-body.ts'

type Options = Readonly<{ services: Services }>

const tags = ['media']
/** The longest film that is taken. */
const LATEST_MS = 24 * 60 * 60 * 1000

const setSchema = {
  operationId: 'setPoster',
  tags,
  summary: "Set an asset's poster",
  description: 'The body is the file itself: JPEG, PNG or WebP, at most 10 MiB.',
  params: AssetParams,
  response: { 204: Type.Null({ description: 'It is shown from now on' }), ...PROBLEMS },
}

const takeSchema = {
  operationId: 'takePoster',
  tags,
  summary: "Take an asset's poster from its film",
  description:
    'A worker takes the picture of that moment; the webhook `asset.updated` with the change `poster` tells when it is ' +
    'shown. Until then the one before is. Of several wishes the latest counts.',
  params: AssetParams,
  body: Type.Object(
    {
      atMs: Type.Integer({
        minimum: 0,
        maximum: LATEST_MS,
        description: 'Into the film, in milliseconds; behind its end its last picture is taken',
      }),
    },
    { additionalProperties: false },
  ),
  response: { 202: AssetRef, ...PROBLEMS },
}

/** A picture that somebody chose, in place of the one that was taken from the film; or another one of the film. */
export const posterRoutes: FastifyPluginAsync<Options> = async (app, options) => {
  await app.register(setPoster, options)
  await app.register(takePoster, options)
}

const setPoster: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  takeWholeBodies(app, MAX_POSTER_BYTES + 1)
  const requestBody = bytesBody('The picture', 'image/jpeg', 'image/png', 'image/webp')
  app.put('/assets/:assetId/poster', { schema: setSchema, config: { requestBody } }, async (request, reply) => {
    const picture = Readable.from([bytesOf(request.body)])
    const { signal } = new AbortController()
    await services.posters.set(callerProject(request), readAssetId(request.params.assetId), picture, signal)
    return reply.code(204).send(null)
  })
}

const takePoster: FastifyPluginAsyncTypebox<Options> = async (app, { services }) => {
  app.post('/assets/:assetId/poster', { schema: takeSchema }, async (request, reply) => {
    const projectId = callerProject(request)
    const assetId = readAssetId(request.params.assetId)
    await services.posters.takeFromFilm(projectId, assetId, request.body.atMs)
    return reply.code(202).send(assetDocument(await services.library.get(projectId, assetId), services))
  })
}
