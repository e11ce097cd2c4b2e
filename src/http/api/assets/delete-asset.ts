import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { AssetParams } from './asset-schema.ts'

const schema = {
  operationId: 'deleteAsset',
  tags: ['assets'],
  summary: 'Delete an asset',
  description: 'Playback ends at once, uploads for it are void; stored files go in the background.',
  params: AssetParams,
  response: { 204: Type.Null({ description: 'The asset is gone' }), ...PROBLEMS },
}

export const deleteAsset: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.delete('/assets/:assetId', { schema }, async (request, reply) => {
    await services.library.delete(callerProject(request), request.params.assetId)
    return reply.code(204).send(null)
  })
}
