import type { FastifyPluginAsync } from 'fastify'
import { exposeAnswer } from '../cross-origin.ts'
import { takeRawBodies } from '../request-body.ts'
import type { Services } from '../services.ts'
import { appendUpload } from './append-upload.ts'
import { cancelUpload } from './cancel-upload.ts'
import { createUpload } from './create-upload.ts'
import { discover } from './discover.ts'
import { interopForAnswer, interopOf } from './interop.ts'
import { RUFH_CROSS_ORIGIN } from './protocol.ts'
import { retrieveOffset } from './retrieve-offset.ts'
import { sendRufhProblem } from './rufh-problem.ts'
import type { RufhOperation } from './upload-resource.ts'

type Operations = Readonly<Partial<Record<string, RufhOperation>>>

const COLLECTION: Operations = { OPTIONS: discover, POST: createUpload, PUT: createUpload, PATCH: createUpload }
const UPLOAD: Operations = {
  OPTIONS: discover,
  HEAD: retrieveOffset,
  GET: retrieveOffset,
  PATCH: appendUpload,
  DELETE: cancelUpload,
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Resumable uploads for HTTP, the IETF's drafts with interop versions 3 to 8: uploads are created at /rufh and live at
 * /rufh/<upload token>. What each iteration asks for, and the test that shows it: docs/protocols/resumable-uploads.md.
 */
export const rufhRoutes: FastifyPluginAsync<{ services: Services }> = async (app, { services }) => {
  takeRawBodies(app)
  app.setErrorHandler(sendRufhProblem)
  app.addHook('onRequest', async (request, reply) => exposeAnswer(request, reply, RUFH_CROSS_ORIGIN))
  const serve = (url: string, operations: Operations): void => {
    app.route({
      method: METHODS,
      url,
      exposeHeadRoute: false,
      schema: { hide: true },
      handler: (request, reply) => {
        const operation = operations[request.method]
        if (operation === undefined) {
          reply.header('allow', Object.keys(operations).join(', '))
          return reply.code(405).type('text/plain; charset=utf-8').send(`There is no ${request.method} here.\n`)
        }
        const interop = request.method === 'OPTIONS' ? interopForAnswer(request) : interopOf(request)
        return operation({ services, interop, request, reply })
      },
    })
  }
  serve('/rufh', COLLECTION)
  serve('/rufh/', COLLECTION)
  serve('/rufh/:token', UPLOAD)
}
