import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { readAssetId, versionDocument } from '../library/library-document.ts'
import { VersionRef } from '../library/library-schema.ts'
import { LanguageTag, SettingsKey } from '../settings-key.ts'
import { AssetParams } from './asset-schema.ts'

const schema = {
  operationId: 'reprocessAsset',
  tags: ['assets'],
  summary: 'Process the file once more',
  description:
    'Makes a new version of the file that is here already, with other settings: what is not named stays as it was. ' +
    'The new version plays as soon as it can; until then, and for good if it fails, the one before does. What was ' +
    'encrypted stays so. Refused as state_conflict with the reason processing (a version is under way) or no_media ' +
    '(no file was ever found to be media).',
  params: AssetParams,
  body: Type.Object(
    {
      workflow: Type.Optional(SettingsKey('The workflow')),
      profile: Type.Optional(SettingsKey("The profile, before the workflow's own one")),
      burnInLanguage: Type.Optional(LanguageTag('Subtitles that are drawn into the pictures; BCP 47')),
    },
    { additionalProperties: false, examples: [{ profile: 'ultra-hd' }] },
  ),
  response: { 202: VersionRef, ...PROBLEMS },
}

export const reprocessAsset: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/assets/:assetId/reprocess', { schema }, async (request, reply) => {
    const projectId = callerProject(request)
    const { workflow, profile, burnInLanguage } = request.body
    const wish = { workflowKey: workflow, profileKey: profile, burnInLanguage }
    const source = await services.reprocess.start(projectId, readAssetId(request.params.assetId), wish)
    const { asset } = await services.library.get(projectId, source.assetId)
    return reply.code(202).send(versionDocument(source, asset))
  })
}
