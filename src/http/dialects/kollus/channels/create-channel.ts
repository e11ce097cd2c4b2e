import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { setPingback } from '../callbacks/pingback.ts'
import { v0Result, v3Data } from '../wire/answers.ts'
import { readFlag, readRequired } from '../wire/flags.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { channelItems, readChannelEdit } from './channel.ts'

/** A new channel, with its policy and its callback. */
export const createChannel: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, parameters, projectId }: Call) => {
    const name = readRequired(parameters, 'name')
    const channel = await services.channels.create({ projectId, ...readChannelEdit(parameters), name })
    const isActive = readFlag(parameters, 'use_pingback')
    await setPingback(services, projectId, channel.id, { url: parameters.get('pingback_url'), isActive })
    const [item] = await channelItems(services, projectId, [channel])
    return generation === 'v0' ? v0Result(item) : v3Data(item)
  }
  operation(app, services, v0('POST', 'media/channel/create'), answer)
  operation(app, services, v3('POST', 'channels'), answer)
}
