import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { v3Data } from '../wire/answers.ts'
import { operation, v3 } from '../wire/operation.ts'
import { channelItems, findChannel } from './channel.ts'

/** One channel. */
export const getChannel: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  operation(app, services, v3('GET', 'channels/:key'), async ({ projectId, key }) => {
    const channel = await findChannel(services, projectId, key())
    return v3Data((await channelItems(services, projectId, [channel]))[0])
  })
}
