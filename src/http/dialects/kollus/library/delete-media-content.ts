import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { v0Empty, v3Data } from '../wire/answers.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { findContent } from './find-content.ts'

/** Deletes a media content, wherever it is published; its keys play nothing any more. */
export const deleteMediaContent: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, projectId, key }: Call) => {
    const { asset } = await findContent(services, projectId, key())
    await services.library.delete(projectId, asset.id)
    return generation === 'v0' ? v0Empty() : v3Data(null)
  }
  operation(app, services, v0('POST', 'media/library/delete/:key'), answer)
  operation(app, services, v3('DELETE', 'media-contents/:key'), answer)
}
