import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { placementDocument } from './library-document.ts'
import { PlacementParams, PlacementRef } from './library-schema.ts'

const schema = {
  operationId: 'restorePlacedAsset',
  tags: ['channels'],
  summary: 'Undo the last exchange',
  params: PlacementParams,
  response: { 200: PlacementRef, ...PROBLEMS },
}

export const restorePlacement: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/placements/:key/restore', { schema }, async (request) => {
    return placementDocument(await services.placements.restore(callerProject(request), request.params.key))
  })
}
