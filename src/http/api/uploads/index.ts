import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../services.ts'
import { requireProject } from '../authentication.ts'
import { completeUpload } from './complete-upload.ts'
import { contentRoutes } from './content/index.ts'
import { createUpload } from './create-upload.ts'
import { deleteUpload } from './delete-upload.ts'
import { formUpload } from './form-upload.ts'
import { getUpload } from './get-upload.ts'
import { listUploads } from './list-uploads.ts'
import { pullUpload } from './pull-upload.ts'
import { renewUpload } from './renew-upload.ts'
import { answerPreflight, openUploads } from './upload-access.ts'
import { uploadEvents } from './upload-events.ts'

/** Uploads: issued and listed by their project, sent and watched by whoever holds the token. */
export const uploadRoutes: FastifyPluginAsync<{ services: Services }> = async (app, { services }) => {
  await app.register(async (project) => {
    requireProject(project, services)
    await project.register(createUpload, { services })
    await project.register(pullUpload, { services })
    await project.register(listUploads, { services })
    await project.register(renewUpload, { services })
  })

  await app.register(async (holder) => {
    openUploads(holder, services)
    await holder.register(getUpload, { services })
    await holder.register(completeUpload, { services })
    await holder.register(deleteUpload, { services })
    await holder.register(uploadEvents, { services })
    await holder.register(contentRoutes, { services })
  })

  await app.register(formUpload, { services })

  app.options('/uploads/form', { schema: { hide: true } }, (request, reply) =>
    answerPreflight(request, reply, services),
  )
  for (const path of ['', '/content', '/complete', '/events']) {
    app.options(`/uploads/:uploadId${path}`, { schema: { hide: true } }, (request, reply) =>
      answerPreflight(request, reply, services),
    )
  }
}
