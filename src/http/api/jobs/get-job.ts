import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { jobDocument } from './job-document.ts'
import { JobParams, JobRef } from './job-schema.ts'

const schema = {
  operationId: 'getJob',
  tags: ['jobs'],
  summary: 'A stage of the work',
  description: 'State, progress, attempt and, if it failed, the reason and the end of the log.',
  params: JobParams,
  response: { 200: JobRef, ...PROBLEMS },
}

export const getJob: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/jobs/:jobId', { schema }, async (request) => {
    return jobDocument(await services.jobs.get(callerProject(request), request.params.jobId))
  })
}
