import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { findChannel } from '../channels/channel.ts'
import { v3Data } from '../wire/answers.ts'
import { type Call, operation, v3, vodV0 } from '../wire/operation.ts'
import { categoryItems, findCategory } from './category.ts'

/**
 * Contents of the category are attached to the channel by themselves when their encoding is done, or not any more. The
 * older generation changes this with GET. Source: docs/dialects/kollus.md#categories.
 */
export const mapChannel: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer =
    (isMapped: boolean) =>
    async ({ projectId, key }: Call) => {
      const { categories } = services
      const category = await findCategory(services, projectId, key('category'))
      const channel = await findChannel(services, projectId, key('channel'))
      if (isMapped) await categories.addChannel(projectId, category.id, channel.id)
      else await categories.removeChannel(projectId, category.id, channel.id)
      const [item] = await categoryItems(services, await categories.tree(projectId), [category])
      return v3Data(item)
    }
  for (const [verb, isMapped] of [['attach', true] as const, ['detach', false] as const]) {
    operation(app, services, v3('POST', `categories/:category/channels/:channel/${verb}`), answer(isMapped))
    operation(app, services, vodV0('GET', `channel-mapping/:category/${verb}/:channel`), answer(isMapped))
  }
}
