import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { AssetParams } from '../assets/asset-schema.ts'
import { callerProject } from '../authentication.ts'
import { jobDocument } from './job-document.ts'
import { JobsOfAssetRef } from './job-schema.ts'

const schema = {
  operationId: 'retryAsset',
  tags: ['jobs'],
  summary: 'Run again what failed',
  description: 'Every stage of the newest file that failed or was cancelled runs again; what others have made stays.',
  params: AssetParams,
  response: { 200: JobsOfAssetRef, ...PROBLEMS },
}

export const retryAsset: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/assets/:assetId/retry', { schema }, async (request) => {
    const all = await services.jobs.retryAsset(callerProject(request), request.params.assetId)
    return { items: all.map(jobDocument) }
  })
}
