import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { jobDocument } from './job-document.ts'
import { JobParams, JobRef } from './job-schema.ts'

const schema = {
  operationId: 'retryJob',
  tags: ['jobs'],
  summary: 'Run a stage again',
  description:
    'For one that failed or was cancelled, with all its attempts; one that waits for its next attempt runs at once. Finished stages are not repeated.',
  params: JobParams,
  response: { 200: JobRef, ...PROBLEMS },
}

export const retryJob: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/jobs/:jobId/retry', { schema }, async (request) => {
    return jobDocument(await services.jobs.retry(callerProject(request), request.params.jobId))
  })
}
