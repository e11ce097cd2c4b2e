import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { findContent } from '../library/find-content.ts'
import { v0Empty, v3Data } from '../wire/answers.ts'
import { readRequired } from '../wire/flags.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { findChannel } from './channel.ts'

/** Withdraws a content from a channel; its key there plays nothing any more. */
export const detachContent: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, parameters, projectId, key }: Call) => {
    const channel = await findChannel(services, projectId, key('channel') || readRequired(parameters, 'channel_key'))
    const { asset } = await findContent(services, projectId, key())
    await services.placements.detach(projectId, asset.id, channel.id)
    return generation === 'v0' ? v0Empty() : v3Data(null)
  }
  operation(app, services, v0('POST', 'media/channel/detach/:key'), answer)
  operation(app, services, v3('POST', 'channels/:channel/media-contents/:key/detach'), answer)
}
