import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { AssetParams } from '../assets/asset-schema.ts'
import { callerProject } from '../authentication.ts'
import { versionDocument } from './library-document.ts'
import { VersionPageRef } from './library-schema.ts'

const schema = {
  operationId: 'listAssetVersions',
  tags: ['assets'],
  summary: "The versions of an asset's file",
  description: 'Newest first. Replacing a file adds one; any that is ready can be chosen again.',
  params: AssetParams,
  response: { 200: VersionPageRef, ...PROBLEMS },
}

export const listVersions: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/assets/:assetId/versions', { schema }, async (request) => {
    const projectId = callerProject(request)
    const { asset } = await services.library.get(projectId, request.params.assetId)
    const sources = await services.versions.list(projectId, asset.id)
    return { items: sources.map((source) => versionDocument(source, asset)) }
  })
}
