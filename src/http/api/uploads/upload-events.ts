import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { statusEvents } from './status-events.ts'
import { openedUpload } from './upload-access.ts'
import { TokenQuery, UploadParams } from './upload-schema.ts'
import { TOKEN_OR_PROJECT } from './upload-security.ts'

const schema = {
  operationId: 'watchUpload',
  tags: ['uploads'],
  summary: 'Follow an upload',
  description:
    'Server-sent events. `status` carries an UploadStatus whenever it changed, until the asset is ready or failed; ' +
    'then `end` comes and the stream closes. A reconnect after `end` is answered with 204, which stops EventSource.',
  security: TOKEN_OR_PROJECT,
  params: UploadParams,
  querystring: TokenQuery,
  response: {
    200: {
      description: 'The stream',
      content: {
        'text/event-stream': { schema: Type.String({ examples: ['event: status\ndata: {"id":"upl_…"}\n\n'] }) },
      },
    },
    204: Type.Null({ description: 'There is nothing more to tell' }),
    ...PROBLEMS,
  },
}

export const uploadEvents: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const open = new Set<AbortController>()
  // A stream would keep the server from closing for as long as somebody listens.
  app.addHook('preClose', async () => {
    for (const controller of open) controller.abort()
  })
  app.get('/uploads/:uploadId/events', { schema }, async (request, reply) => {
    if (request.headers['last-event-id'] === 'end') return reply.code(204).send(null)
    const controller = new AbortController()
    open.add(controller)
    reply.raw.once('close', () => {
      open.delete(controller)
      controller.abort()
    })
    reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no')
    return reply.send(Readable.from(statusEvents(openedUpload(request), services, controller.signal)))
  })
}
