import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { v0Item, v3Data } from '../wire/answers.ts'
import { type Call, operation, v0, v3, vodV0 } from '../wire/operation.ts'
import { findContent } from './find-content.ts'
import { oneMediaContent } from './media-content.ts'

/** One media content: docs/dialects/kollus.md#media-contents. */
export const getMediaContent: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, projectId, key }: Call) => {
    const content = await oneMediaContent(services, projectId, await findContent(services, projectId, key()))
    return generation === 'v0' ? v0Item(content) : v3Data(content)
  }
  operation(app, services, v0('GET', 'media/library/media_content/:key'), answer)
  operation(app, services, v3('GET', 'media-contents/:key'), answer)
  operation(app, services, vodV0('GET', 'media-contents/:key'), answer)
}
