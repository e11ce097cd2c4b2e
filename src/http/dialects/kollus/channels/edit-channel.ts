import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { setPingback } from '../callbacks/pingback.ts'
import { v0Result, v3Data } from '../wire/answers.ts'
import { readFlag } from '../wire/flags.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { channelItems, findChannel, readChannelEdit } from './channel.ts'

/** Name, policy and callback of a channel; `/callback` is the vendor's address for the last alone. */
export const editChannel: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, parameters, projectId, key }: Call) => {
    const { id } = await findChannel(services, projectId, key())
    const channel = await services.channels.update(projectId, id, readChannelEdit(parameters))
    const isActive = readFlag(parameters, 'use_pingback')
    await setPingback(services, projectId, id, { url: parameters.get('pingback_url'), isActive })
    const [item] = await channelItems(services, projectId, [channel])
    return generation === 'v0' ? v0Result(item) : v3Data(item)
  }
  operation(app, services, v0('POST', 'media/channel/edit/:key'), answer)
  operation(app, services, v3('PUT', 'channels/:key', 'channels/:key/callback'), answer)
}
