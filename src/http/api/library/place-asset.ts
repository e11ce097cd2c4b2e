import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { placementDocument, readAssetId, readChannelId } from './library-document.ts'
import { AssetChannelParams, PlacementRef } from './library-schema.ts'

const schema = {
  operationId: 'placeAsset',
  tags: ['channels'],
  summary: 'Publish an asset in a channel',
  description: 'One that is there already keeps its key.',
  params: AssetChannelParams,
  response: { 200: PlacementRef, ...PROBLEMS },
}

export const placeAsset: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.put('/assets/:assetId/placements/:channelId', { schema }, async (request) => {
    const { assetId, channelId } = request.params
    const projectId = callerProject(request)
    return placementDocument(
      await services.placements.attach(projectId, readAssetId(assetId), readChannelId(channelId)),
    )
  })
}
