import type { FastifyPluginAsync } from 'fastify'
import { Type } from 'typebox'

/** Each rejects, or does not answer in time, when the server cannot work. */
export type HealthChecks = Readonly<Record<string, () => Promise<unknown>>>

type Options = Readonly<{ checks: HealthChecks; isDraining: () => boolean; timeoutMs?: number }>

const CHECK_TIMEOUT_MS = 2_000

const Health = Type.Object(
  { status: Type.Unsafe<'ok'>({ type: 'string', enum: ['ok'] }) },
  { description: 'It is', examples: [{ status: 'ok' }] },
)

const Readiness = Type.Object(
  {
    status: Type.Unsafe<'ready' | 'draining' | 'unavailable'>({
      type: 'string',
      enum: ['ready', 'draining', 'unavailable'],
    }),
    checks: Type.Record(Type.String(), Type.Unsafe<'ok' | 'failed'>({ type: 'string', enum: ['ok', 'failed'] })),
  },
  { description: 'What it finds', examples: [{ status: 'ready', checks: { database: 'ok', storage: 'ok' } }] },
)

const healthSchema = {
  operationId: 'getHealth',
  tags: ['health'],
  summary: 'Is the process up?',
  security: [],
  response: { 200: Health },
}

const readinessSchema = {
  operationId: 'getReadiness',
  tags: ['health'],
  summary: 'Should this process get requests?',
  description: '503 while something it needs does not answer, and from the moment it is told to stop.',
  security: [],
  response: { 200: Readiness, 503: Readiness },
}

/** `/healthz` and `/readyz`, for load balancers and service managers. What failed, and why, is in the log. */
export const healthRoutes: FastifyPluginAsync<Options> = async (app, options) => {
  const { checks, isDraining, timeoutMs = CHECK_TIMEOUT_MS } = options

  app.get('/healthz', { schema: healthSchema }, async (_request, reply) => {
    reply.header('cache-control', 'no-store')
    return { status: 'ok' }
  })

  app.get('/readyz', { schema: readinessSchema }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        try {
          await withTimeout(check, timeoutMs)
          return [name, 'ok'] as const
        } catch (error) {
          request.log.warn({ err: error, check: name }, 'a readiness check failed')
          return [name, 'failed'] as const
        }
      }),
    )
    const isFailing = results.some(([, result]) => result === 'failed')
    const status = isDraining() ? 'draining' : isFailing ? 'unavailable' : 'ready'
    return reply.code(status === 'ready' ? 200 : 503).send({ status, checks: Object.fromEntries(results) })
  })
}

async function withTimeout(check: () => Promise<unknown>, timeoutMs: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  try {
    await Promise.race([check(), promise])
  } finally {
    clearTimeout(timer)
  }
}
