import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { readAssetId, readSourceId, versionDocument } from './library-document.ts'
import { VersionParams, VersionRef } from './library-schema.ts'

const schema = {
  operationId: 'activateAssetVersion',
  tags: ['assets'],
  summary: 'Let a version play',
  description:
    'At once if it can, else as soon as it does. Addresses stay the same, and going back works the same way.',
  params: VersionParams,
  response: { 200: VersionRef, ...PROBLEMS },
}

export const activateVersion: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/assets/:assetId/versions/:sourceId/activate', { schema }, async (request) => {
    const projectId = callerProject(request)
    const assetId = readAssetId(request.params.assetId)
    const source = await services.versions.activate(projectId, assetId, readSourceId(request.params.sourceId))
    const { asset } = await services.library.get(projectId, assetId)
    return versionDocument(source, asset)
  })
}
