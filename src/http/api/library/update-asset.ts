import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { assetDocument } from '../assets/asset-document.ts'
import { AssetParams, AssetRef } from '../assets/asset-schema.ts'
import { callerProject } from '../authentication.ts'
import { readAssetEdit } from './library-document.ts'
import { AssetEditRef } from './library-schema.ts'

const schema = {
  operationId: 'updateAsset',
  tags: ['assets'],
  summary: 'Change an asset',
  description: 'Members that are left out stay as they are.',
  params: AssetParams,
  body: AssetEditRef,
  response: { 200: AssetRef, ...PROBLEMS },
}

export const updateAsset: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.patch('/assets/:assetId', { schema }, async (request) => {
    const edit = readAssetEdit(request.body)
    const view = await services.library.update(callerProject(request), request.params.assetId, edit)
    return assetDocument(view, services)
  })
}
