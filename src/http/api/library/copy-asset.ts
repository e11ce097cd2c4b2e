import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { assetDocument } from '../assets/asset-document.ts'
import { AssetParams, AssetRef } from '../assets/asset-schema.ts'
import { callerProject } from '../authentication.ts'
import { readAssetEdit, readAssetId } from './library-document.ts'
import { AssetEditRef } from './library-schema.ts'

const schema = {
  operationId: 'copyAsset',
  tags: ['assets'],
  summary: 'Copy an asset',
  description:
    'Makes another asset of what this one is, with its categories, subtitles and file; what is stored is shared, and ' +
    'each of the two lives on when the other goes. The body says what is to be other than there. The copy of what plays ' +
    'plays at once; of what is still being encoded the original is processed for itself; of what is on its way the copy ' +
    'waits for it. Refused as state_conflict with the reason no_media where there is no file that could play.',
  params: AssetParams,
  body: AssetEditRef,
  response: { 201: AssetRef, ...PROBLEMS },
}

export const copyAsset: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/assets/:assetId/copy', { schema }, async (request, reply) => {
    const projectId = callerProject(request)
    const edit = readAssetEdit(request.body)
    const copy = await services.copies.copy(projectId, readAssetId(request.params.assetId), { edit })
    const view = await services.library.get(projectId, copy.id)
    reply.header('location', `${services.publicUrl}/v1/assets/${copy.id}`)
    return reply.code(201).send(assetDocument(view, services))
  })
}
