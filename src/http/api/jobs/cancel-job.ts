import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { jobDocument } from './job-document.ts'
import { JobParams, JobRef } from './job-schema.ts'

const schema = {
  operationId: 'cancelJob',
  tags: ['jobs'],
  summary: 'Stop a stage',
  description:
    'Its worker learns of it within seconds and drops what it made. An asset that needed it has failed as `cancelled`, until the job is retried.',
  params: JobParams,
  response: { 200: JobRef, ...PROBLEMS },
}

export const cancelJob: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/jobs/:jobId/cancel', { schema }, async (request) => {
    return jobDocument(await services.jobs.cancel(callerProject(request), request.params.jobId))
  })
}
