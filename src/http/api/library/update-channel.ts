import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { channelDocuments, readWish } from './library-document.ts'
import { type ChannelDocument, ChannelEditRef, ChannelParams, ChannelRef } from './library-schema.ts'

const schema = {
  operationId: 'updateChannel',
  tags: ['channels'],
  summary: 'Change a channel',
  description: 'Members that are left out stay as they are; of policy and metadata too.',
  params: ChannelParams,
  body: ChannelEditRef,
  response: { 200: ChannelRef, ...PROBLEMS },
}

export const updateChannel: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.patch('/channels/:channelId', { schema }, async (request) => {
    const { enabled, workflow, profile, ...edit } = request.body
    const wish = readWish({ workflow, profile })
    const change = { ...edit, ...wish, ...(enabled === undefined ? {} : { isEnabled: enabled }) }
    const channel = await services.channels.update(callerProject(request), request.params.channelId, change)
    return (await channelDocuments([channel], services))[0] as ChannelDocument
  })
}
