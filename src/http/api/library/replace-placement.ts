import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { placementDocument, readAssetId } from './library-document.ts'
import { PlacementParams, PlacementRef } from './library-schema.ts'

const schema = {
  operationId: 'replacePlacedAsset',
  tags: ['channels'],
  summary: 'Exchange the asset that a key plays',
  description:
    'At once; the key and every address with it stay. The new asset must play, be of the same kind and encrypted alike.',
  params: PlacementParams,
  body: Type.Object({ assetId: Type.String({ maxLength: 64 }) }, { additionalProperties: false }),
  response: { 200: PlacementRef, ...PROBLEMS },
}

export const replacePlacement: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/placements/:key/replace', { schema }, async (request) => {
    const assetId = readAssetId(request.body.assetId)
    return placementDocument(await services.placements.replace(callerProject(request), request.params.key, assetId))
  })
}
