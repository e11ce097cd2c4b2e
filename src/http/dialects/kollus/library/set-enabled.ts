import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { v0Empty, v3Data } from '../wire/answers.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { categoryOf } from './edit-media-content.ts'
import { findContent } from './find-content.ts'
import { oneMediaContent } from './media-content.ts'

/**
 * Lets a media content play, or not. The vendor's PHP SDK moves contents to another category through `set_enable`, so a
 * `category_key` there is heeded.
 */
export const setEnabled: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer =
    (isEnabled: boolean) =>
    async ({ generation, projectId, parameters, key }: Call) => {
      const { asset } = await findContent(services, projectId, key())
      const category = parameters.get('category_key')
      const moved = category !== undefined && { categoryIds: await categoryOf(services, projectId, category) }
      const view = await services.library.update(projectId, asset.id, { isEnabled, ...moved })
      return generation === 'v0' ? v0Empty() : v3Data(await oneMediaContent(services, projectId, view))
    }
  operation(app, services, v0('POST', 'media/library/set_enable/:key'), answer(true))
  operation(app, services, v0('POST', 'media/library/set_disable/:key'), answer(false))
  operation(app, services, v3('POST', 'media-contents/:key/enable'), answer(true))
  operation(app, services, v3('POST', 'media-contents/:key/disable'), answer(false))
}
