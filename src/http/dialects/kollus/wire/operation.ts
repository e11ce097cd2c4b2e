import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ProjectId } from '../../../../core/ids.ts'
import type { Services } from '../../../services.ts'
import { projectOf } from '../access.ts'
import { failAs, type Generation } from '../errors.ts'
import { type KollusParameters, readParameters } from '../parameters.ts'

/** A call that showed a valid access token. */
export type Call = Readonly<{
  generation: Generation
  projectId: ProjectId
  parameters: KollusParameters
  /** A key in the path; empty where the path has none of that name. */
  key(name?: string): string
  request: FastifyRequest
  reply: FastifyReply
}>

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** The name of an operation on the wire: a method and the paths that clients of a generation use for it. */
export type Address = Readonly<{ generation: Generation; method: Method; paths: readonly string[] }>

/**
 * A v0 operation. Clients call each of them with `.json` and without, and some with `/index` besides.
 * Source: docs/dialects/kollus.md#operations.
 */
export function v0(method: Method, path: string, options: Readonly<{ hasIndex?: boolean }> = {}): Address {
  const names = options.hasIndex === true ? [path, `${path}/index`] : [path]
  const isOpen = path.endsWith('/:key')
  return {
    generation: 'v0',
    method,
    paths: names.flatMap((name) => (isOpen ? [`/0/${name}`] : [`/0/${name}`, `/0/${name}.json`])),
  }
}

export function v3(method: Method, ...paths: readonly string[]): Address {
  return { generation: 'v3', method, paths: paths.map((path) => `/api/${path}`) }
}

/** The generation between: it fails as v3 does. */
export function vodV0(method: Method, path: string): Address {
  return { generation: 'v3', method, paths: [`/api/v0/vod/${path}`] }
}

/** Makes the route of an operation; what `run` resolves with is the answer. */
export function operation(
  app: FastifyInstance,
  services: Services,
  { generation, method, paths }: Address,
  run: (call: Call) => Promise<unknown>,
): void {
  for (const url of paths) {
    app.route({
      method,
      url,
      schema: { hide: true },
      errorHandler: failAs(generation),
      handler: async (request, reply) => {
        const parameters = await readParameters(request, services.clock)
        const projectId = await projectOf(services, parameters)
        const params = request.params as Readonly<Record<string, string>>
        // Clients that end their paths in `.json` do so behind keys too.
        const key = (name = 'key') => (params[name] ?? '').replace(/\.json$/, '')
        return run({ generation, projectId, parameters, key, request, reply })
      },
    })
  }
}
