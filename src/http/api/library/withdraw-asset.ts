import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { readAssetId, readChannelId } from './library-document.ts'
import { AssetChannelParams } from './library-schema.ts'

const schema = {
  operationId: 'withdrawAsset',
  tags: ['channels'],
  summary: 'Take an asset out of a channel',
  description: 'Its key plays nothing any more.',
  params: AssetChannelParams,
  response: { 204: Type.Null({ description: 'It is not published there any more' }), ...PROBLEMS },
}

export const withdrawAsset: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.delete('/assets/:assetId/placements/:channelId', { schema }, async (request, reply) => {
    const { assetId, channelId } = request.params
    await services.placements.detach(callerProject(request), readAssetId(assetId), readChannelId(channelId))
    return reply.code(204).send(null)
  })
}
