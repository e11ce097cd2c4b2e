import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { findContent } from '../library/find-content.ts'
import { v0Result, v3Data } from '../wire/answers.ts'
import { readRequired } from '../wire/flags.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { findChannel } from './channel.ts'

/**
 * Publishes a content in a channel under a media_content_key of its own; one that is there keeps its key. Right after an
 * upload clients repeat this until the content exists.
 */
export const attachContent: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, parameters, projectId, key }: Call) => {
    const channel = await findChannel(services, projectId, key('channel') || readRequired(parameters, 'channel_key'))
    const { asset } = await findContent(services, projectId, key())
    const placement = await services.placements.attach(projectId, asset.id, channel.id)
    const attached = { media_content_key: placement.key, upload_file_key: key() }
    return generation === 'v0' ? v0Result(attached) : v3Data(attached)
  }
  operation(app, services, v0('POST', 'media/channel/attach/:key'), answer)
  operation(app, services, v3('POST', 'channels/:channel/media-contents/:key/attach'), answer)
}
