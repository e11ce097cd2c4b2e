import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { AssetParams } from '../assets/asset-schema.ts'
import { callerProject } from '../authentication.ts'
import { jobDocument } from './job-document.ts'
import { JobsOfAssetRef } from './job-schema.ts'

const schema = {
  operationId: 'listAssetJobs',
  tags: ['jobs'],
  summary: 'The work on an asset',
  description:
    'Every stage with its state, progress and, if it failed, the reason and the end of the log. From the first stage to the last.',
  params: AssetParams,
  response: { 200: JobsOfAssetRef, ...PROBLEMS },
}

export const listAssetJobs: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/assets/:assetId/jobs', { schema }, async (request) => {
    const found = await services.jobs.listForAsset(callerProject(request), request.params.assetId)
    return { items: found.map(jobDocument) }
  })
}
