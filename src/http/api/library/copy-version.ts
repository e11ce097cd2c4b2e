import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { AssetParams } from '../assets/asset-schema.ts'
import { callerProject } from '../authentication.ts'
import { readAssetId, versionDocument } from './library-document.ts'
import { VersionRef } from './library-schema.ts'

const schema = {
  operationId: 'copyAssetVersion',
  tags: ['assets'],
  summary: 'Give an asset the file of another one',
  description:
    'The file that the other asset plays becomes the next version of this one. What would come out the same is shared ' +
    'and plays at once; else the original, which is shared in any case, is processed for itself. Refused as ' +
    'state_conflict with the reason processing (the file has not been looked at yet) or no_media.',
  params: AssetParams,
  body: Type.Object(
    {
      fromAssetId: Type.String({ maxLength: 64, examples: ['ast_01k0example000000000000000'] }),
      activation: Type.Optional(
        Type.Unsafe<'automatic' | 'manual'>({
          type: 'string',
          enum: ['automatic', 'manual'],
          default: 'automatic',
          description: '`manual`: plays when somebody says so',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 201: VersionRef, ...PROBLEMS },
}

export const copyVersion: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/assets/:assetId/versions', { schema }, async (request, reply) => {
    const projectId = callerProject(request)
    const { fromAssetId, activation } = request.body
    const into = readAssetId(request.params.assetId)
    const source = await services.copies.copyFile(projectId, readAssetId(fromAssetId), into, { activation })
    const { asset } = await services.library.get(projectId, into)
    return reply.code(201).send(versionDocument(source, asset))
  })
}
