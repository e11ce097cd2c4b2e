import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { assetDocument } from './asset-document.ts'
import { AssetParams, AssetRef } from './asset-schema.ts'

const schema = {
  operationId: 'getAsset',
  tags: ['assets'],
  summary: 'An asset with its state, renditions and addresses',
  params: AssetParams,
  response: { 200: AssetRef, ...PROBLEMS },
}

export const getAsset: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/assets/:assetId', { schema }, async (request) =>
    assetDocument(await services.library.get(callerProject(request), request.params.assetId), services),
  )
}
