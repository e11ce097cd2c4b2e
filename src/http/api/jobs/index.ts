import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../services.ts'
import { requireProject } from '../authentication.ts'
import { cancelJob } from './cancel-job.ts'
import { getJob } from './get-job.ts'
import { listAssetJobs } from './list-asset-jobs.ts'
import { retryAsset } from './retry-asset.ts'
import { retryJob } from './retry-job.ts'

/** The work in the background. */
export const jobRoutes: FastifyPluginAsync<{ services: Services }> = async (app, { services }) => {
  requireProject(app, services)
  await app.register(listAssetJobs, { services })
  await app.register(retryAsset, { services })
  await app.register(getJob, { services })
  await app.register(cancelJob, { services })
  await app.register(retryJob, { services })
}
