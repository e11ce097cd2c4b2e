import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { type HealthChecks, healthRoutes } from './health.ts'

let app: FastifyInstance

async function serve(checks: HealthChecks, isDraining = () => false): Promise<void> {
  app = Fastify()
  await app.register(healthRoutes, { checks, isDraining, timeoutMs: 50 })
}

afterEach(() => app.close())

const works = async (): Promise<void> => undefined
const fails = async (): Promise<void> => {
  throw new Error('password=hunter22 refused by 10.0.0.7')
}

describe('readiness', () => {
  it('is there while every check passes', async () => {
    await serve({ database: works, storage: works })
    const answer = await app.inject('/readyz')
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({ status: 'ready', checks: { database: 'ok', storage: 'ok' } })
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('is gone when one fails; which one is told, why is not', async () => {
    await serve({ database: works, storage: fails })
    const answer = await app.inject('/readyz')
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toEqual({ status: 'unavailable', checks: { database: 'ok', storage: 'failed' } })
    expect(answer.body).not.toContain('hunter22')
  })

  it('is gone when one throws at once, or never answers', async () => {
    const never = (): Promise<void> => new Promise(() => undefined)
    const throws = (): Promise<void> => {
      throw new Error('at once')
    }
    await serve({ database: never, storage: throws })
    const answer = await app.inject('/readyz')
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toMatchObject({ checks: { database: 'failed', storage: 'failed' } })
  })

  it('comes back by itself', async () => {
    let check = fails
    await serve({ database: () => check() })
    expect((await app.inject('/readyz')).statusCode).toBe(503)
    check = works
    expect((await app.inject('/readyz')).statusCode).toBe(200)
  })

  it('is gone from the moment the server is told to stop, though all is well', async () => {
    let isDraining = false
    await serve({ database: works }, () => isDraining)
    isDraining = true
    const answer = await app.inject('/readyz')
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toEqual({ status: 'draining', checks: { database: 'ok' } })
  })
})

describe('health', () => {
  it('says only that the process is up, whatever it waits for', async () => {
    await serve({ database: fails }, () => true)
    const answer = await app.inject('/healthz')
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({ status: 'ok' })
  })
})
