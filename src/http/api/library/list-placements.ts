import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { AssetParams } from '../assets/asset-schema.ts'
import { callerProject } from '../authentication.ts'
import { placementDocument } from './library-document.ts'
import { PlacementPageRef } from './library-schema.ts'

const schema = {
  operationId: 'listAssetPlacements',
  tags: ['channels'],
  summary: 'Where an asset is published',
  params: AssetParams,
  response: { 200: PlacementPageRef, ...PROBLEMS },
}

export const listPlacements: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/assets/:assetId/placements', { schema }, async (request) => {
    const { asset } = await services.library.get(callerProject(request), request.params.assetId)
    return { items: (await services.placements.ofAssets([asset.id])).map(placementDocument) }
  })
}
