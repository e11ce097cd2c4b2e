import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { readAssetId, readSourceId } from './library-document.ts'
import { VersionParams } from './library-schema.ts'

const schema = {
  operationId: 'discardAssetVersion',
  tags: ['assets'],
  summary: 'Give a version up',
  description: 'What is under way for it ends. The one that plays cannot be given up.',
  params: VersionParams,
  response: { 204: Type.Null({ description: 'The version is gone' }), ...PROBLEMS },
}

export const discardVersion: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.delete('/assets/:assetId/versions/:sourceId', { schema }, async (request, reply) => {
    const { assetId, sourceId } = request.params
    await services.versions.discard(callerProject(request), readAssetId(assetId), readSourceId(sourceId))
    return reply.code(204).send(null)
  })
}
