import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { DomainError } from '../../core/errors.ts'
import { exposeAnswer } from '../cross-origin.ts'
import { takeRawBodies } from '../request-body.ts'
import type { Services } from '../services.ts'
import { createUpload } from './create-upload.ts'
import { discover } from './discover.ts'
import { headUpload } from './head-upload.ts'
import type { TusOperation } from './operation.ts'
import { PartGroups } from './part-groups.ts'
import { patchUpload } from './patch-upload.ts'
import { TUS_CROSS_ORIGIN, TUS_VERSION } from './protocol.ts'
import { headerText } from './request-headers.ts'
import { terminateUpload } from './terminate-upload.ts'
import { sendTusError } from './tus-error.ts'

type Operations = Readonly<Partial<Record<string, TusOperation>>>

const COLLECTION: Operations = { OPTIONS: discover, POST: createUpload }
const UPLOAD: Operations = { OPTIONS: discover, HEAD: headUpload, PATCH: patchUpload, DELETE: terminateUpload }

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * tus 1.0.0 with every extension: uploads are created at /tus and live at /tus/<upload token>. What is done for which
 * request, and the test that shows it: docs/protocols/tus.md.
 */
export const tusRoutes: FastifyPluginAsync<{ services: Services }> = async (app, { services }) => {
  const groups = new PartGroups(() => services.clock.now())
  takeRawBodies(app)
  app.setErrorHandler(sendTusError)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('tus-resumable', TUS_VERSION)
    exposeAnswer(request, reply, TUS_CROSS_ORIGIN)
  })
  const serve = (url: string, operations: Operations): void => {
    app.route({
      method: METHODS,
      url,
      exposeHeadRoute: false,
      schema: { hide: true },
      handler: (request, reply) => {
        const method = effectiveMethod(request)
        const operation = operations[method]
        if (operation === undefined) {
          reply.header('allow', Object.keys(operations).join(', '))
          return reply.code(405).type('text/plain; charset=utf-8').send(`There is no ${method} here.\n`)
        }
        if (method !== 'OPTIONS' && headerText(request, 'Tus-Resumable') !== TUS_VERSION) {
          reply.header('tus-version', TUS_VERSION)
          return reply.code(412).type('text/plain; charset=utf-8').send(`Send "Tus-Resumable: ${TUS_VERSION}".\n`)
        }
        return operation({ services, groups, request, reply })
      },
    })
  }
  serve('/tus', COLLECTION)
  serve('/tus/', COLLECTION)
  serve('/tus/:token', UPLOAD)
}

/** For clients, and proxies before them, that know no PATCH and no DELETE. */
function effectiveMethod(request: FastifyRequest): string {
  const override = headerText(request, 'X-HTTP-Method-Override')
  if (override === undefined) return request.method
  if (!/^[A-Za-z]{1,16}$/.test(override))
    throw new DomainError('invalid_argument', 'X-HTTP-Method-Override is no method.')
  return override.toUpperCase()
}
