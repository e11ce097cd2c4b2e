import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../services.ts'
import { requireProject } from '../authentication.ts'
import { imageRoutes } from './images.ts'
import { posterRoutes } from './posters.ts'
import { profileRoutes } from './profiles.ts'
import { subtitleRoutes } from './subtitles.ts'
import { workflowRoutes } from './workflows.ts'

/** How files are treated: profiles, workflows, pictures for watermarks; and the subtitles and posters of assets. */
export const mediaRoutes: FastifyPluginAsync<{ services: Services }> = async (app, { services }) => {
  requireProject(app, services)
  await app.register(profileRoutes, { services })
  await app.register(workflowRoutes, { services })
  await app.register(imageRoutes, { services })
  await app.register(subtitleRoutes, { services })
  await app.register(posterRoutes, { services })
}
