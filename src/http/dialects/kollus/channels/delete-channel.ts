import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { v0Empty, v3Data } from '../wire/answers.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { findChannel } from './channel.ts'

/** Deletes a channel; its contents stay in the library. Its callback stays until it has told that they are gone. */
export const deleteChannel: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, projectId, key }: Call) => {
    const { id } = await findChannel(services, projectId, key())
    await services.channels.delete(projectId, id)
    return generation === 'v0' ? v0Empty() : v3Data(null)
  }
  operation(app, services, v0('POST', 'media/channel/delete/:key'), answer)
  operation(app, services, v3('DELETE', 'channels/:key'), answer)
}
