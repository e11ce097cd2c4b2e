import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { readAssetId } from '../library/library-document.ts'
import { SettingsKey } from '../settings-key.ts'
import { assetDocument } from './asset-document.ts'
import { AssetParams, AssetRef } from './asset-schema.ts'

const schema = {
  operationId: 'addRenditions',
  tags: ['assets'],
  summary: 'Add the sizes of another profile',
  description:
    'What the asset plays is encoded by this profile too; what it has is not made again. It plays on meanwhile, and ' +
    'who starts afterwards finds the new sizes. Asked for again while they are being made, nothing changes. Refused ' +
    'as state_conflict with the reason not_ready (nothing plays yet), not_adaptive (there are no sizes to add to, or ' +
    'the profile makes none) or nothing_new.',
  params: AssetParams,
  body: Type.Object(
    { profile: SettingsKey('The profile') },
    { additionalProperties: false, examples: [{ profile: 'mobile' }] },
  ),
  response: { 202: AssetRef, ...PROBLEMS },
}

export const addRenditions: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/assets/:assetId/renditions', { schema }, async (request, reply) => {
    const projectId = callerProject(request)
    const assetId = readAssetId(request.params.assetId)
    await services.renditions.add(projectId, assetId, request.body.profile)
    return reply.code(202).send(assetDocument(await services.library.get(projectId, assetId), services))
  })
}
