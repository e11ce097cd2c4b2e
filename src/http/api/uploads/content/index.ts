import type { FastifyPluginAsync } from 'fastify'
import { isDomainError } from '../../../../core/errors.ts'
import { sendProblem } from '../../../problem.ts'
import { takeRawBodies } from '../../../request-body.ts'
import type { Services } from '../../../services.ts'
import { headContent } from './head-content.ts'
import { patchContent } from './patch-content.ts'
import { putContent } from './put-content.ts'

/** The bytes of an upload: what `urls.put` points at. The parent opens the upload (upload-access.ts). */
export const contentRoutes: FastifyPluginAsync<{ services: Services }> = async (app, { services }) => {
  takeRawBodies(app)
  app.setErrorHandler((error, request, reply) => {
    if (isDomainError(error, 'offset_mismatch')) reply.header('upload-offset', error.details['offset'])
    return sendProblem(error, request, reply)
  })
  await app.register(putContent, { services })
  await app.register(patchContent, { services })
  await app.register(headContent)
}
