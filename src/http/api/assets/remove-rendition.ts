import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { readAssetId } from '../library/library-document.ts'
import { AssetParams } from './asset-schema.ts'

const schema = {
  operationId: 'removeRendition',
  tags: ['assets'],
  summary: 'Remove a rendition',
  description:
    'Nobody is shown it any more; who watches it goes on, for its files stay for a day. Refused as state_conflict with ' +
    'the reason not_ready, busy (renditions are being made), sound (of a film, it belongs to all sizes) or last (the ' +
    'only one that is played by itself).',
  params: Type.Object({
    ...AssetParams.properties,
    rendition: Type.String({ maxLength: 64, description: 'Its name', examples: ['720p'] }),
  }),
  response: { 204: Type.Null({ description: 'It is gone' }), ...PROBLEMS },
}

export const removeRendition: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.delete('/assets/:assetId/renditions/:rendition', { schema }, async (request, reply) => {
    const { assetId, rendition } = request.params
    await services.renditionRemoval.remove(callerProject(request), readAssetId(assetId), rendition)
    return reply.code(204).send(null)
  })
}
