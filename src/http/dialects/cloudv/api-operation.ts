import type { FastifyPluginAsync } from 'fastify'
import type { Random } from '../../../core/ports/random.ts'
import type { Services } from '../../services.ts'
import { type Account, authenticate } from './access.ts'
import { apiSuccess, failApi, traceRequest } from './api-error.ts'
import { type CloudvParameters, readParameters } from './parameters.ts'

export type ApiOptions = Readonly<{ services: Services; random: Random; refuseReplays: boolean }>

/** One call of the API host: who makes it and what it says. */
export type ApiCall = Readonly<{ services: Services; random: Random; account: Account; parameters: CloudvParameters }>

/** A call of the API host, GET or POST, whose `data` is what `answer` gives. docs/dialects/cloudv.md#operations */
export function apiOperation<Data>(
  url: string,
  answer: (call: ApiCall) => Promise<Data>,
  { isDataAlsoAtTop = false }: Readonly<{ isDataAlsoAtTop?: boolean }> = {},
): FastifyPluginAsync<ApiOptions> {
  return async (app, options) => {
    const { services, random } = options
    app.route({
      method: ['GET', 'POST'],
      url,
      schema: { hide: true },
      exposeHeadRoute: false,
      errorHandler: failApi,
      handler: async (request, reply) => {
        traceRequest(reply)
        const parameters = await readParameters(request, services.clock)
        const account = await authenticate(services, request, parameters, options)
        const data = await answer({ services, random, account, parameters })
        return isDataAlsoAtTop ? { ...apiSuccess(data), ...data } : apiSuccess(data)
      },
    })
  }
}
