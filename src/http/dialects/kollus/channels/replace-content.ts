import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { findContent } from '../library/find-content.ts'
import { oneMediaContent } from '../library/media-content.ts'
import { v3Data } from '../wire/answers.ts'
import { readRequired } from '../wire/flags.ts'
import { type Call, operation, v3 } from '../wire/operation.ts'
import { findChannel } from './channel.ts'
import { findPlacement, placementIn } from './get-channel-content.ts'

/**
 * Puts another content behind a media_content_key, which stays with every address made of it; or puts the one before
 * back. The vendor has this in its console alone; the addresses are ours: docs/dialects/kollus.md#replacement.
 */
export const replaceContent: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async (call: Call) => {
    const { projectId, parameters } = call
    const { asset } = await findContent(services, projectId, readRequired(parameters, 'replace_upload_file_key'))
    const mediaContentKey = await keyMeant(services, call)
    await services.placements.replace(projectId, mediaContentKey, asset.id)
    return published(services, call, mediaContentKey)
  }
  operation(app, services, v3('POST', 'channels/:channel/media-contents/:key/replace'), answer)
  operation(app, services, v3('POST', 'media-content-keys/:mck/replace'), answer)
  operation(app, services, v3('POST', 'media-content-keys/:mck/restore'), async (call) => {
    const mediaContentKey = await keyMeant(services, call)
    await services.placements.restore(call.projectId, mediaContentKey)
    return published(services, call, mediaContentKey)
  })
}

/** The key that plays: named itself, or as a content in a channel. Throws not_found. */
async function keyMeant(services: Services, { projectId, key }: Call): Promise<string> {
  if (key('mck') !== '') return (await findPlacement(services, projectId, key('mck'))).placement.key
  const channel = await findChannel(services, projectId, key('channel'))
  const { asset } = await findContent(services, projectId, key())
  return (await placementIn(services, asset.id, channel.id)).key
}

async function published(services: Services, { projectId }: Call, mediaContentKey: string) {
  const { placement } = await findPlacement(services, projectId, mediaContentKey)
  const view = await services.library.get(projectId, placement.assetId)
  return v3Data({ ...(await oneMediaContent(services, projectId, view)), media_content_key: placement.key })
}
