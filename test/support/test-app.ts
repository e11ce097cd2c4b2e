import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { buildServices } from '../../src/build-services.ts'
import { type Config, loadConfig } from '../../src/config/load-config.ts'
import { type CreatedProject, createFirstProject, type FirstProject } from '../../src/core/access/first-project.ts'
import type { Clock } from '../../src/core/ports/clock.ts'
import type { UploadLimits } from '../../src/core/uploads/upload-limits.ts'
import { buildServer } from '../../src/http/server.ts'
import type { Services } from '../../src/http/services.ts'
import { type Infrastructure, openInfrastructure } from '../../src/infrastructure.ts'
import { SystemClock } from '../../src/system/system-clock.ts'
import { SystemRandom } from '../../src/system/system-random.ts'
import { firstPassword } from './first-password.ts'
import { copySqliteTemplate } from './migrated-templates.ts'
import { databaseOfProject } from './postgres.ts'

/** Small, so that the test files of a run fit into one server, and that who needs two connections at once is found. */
const POOL_SIZE = '5'

export type TestApp = Readonly<{
  services: Services
  infrastructure: Infrastructure
  /** The first project's keys, generated or as given. */
  keys: CreatedProject
  server: FastifyInstance
  /** `http://127.0.0.1:<port>`; the server listens already. */
  url: string
  close(): Promise<void>
}>

/**
 * The real services on disk in a directory of their own and on a database of their own, which is SQLite or, in the
 * Vitest project `postgres`, PostgreSQL; with the plugins that `register` adds, listening on a free port. No workers
 * run. The caller awaits `close`.
 */
export async function startTestApp(
  options: Readonly<{
    register: (server: FastifyInstance, services: Services) => Promise<void>
    clock?: Clock
    limits?: Partial<UploadLimits>
    bootstrap?: FirstProject
    /** As REELDOCK_PULL_ALLOW. */
    pullAllow?: string
    /** As REELDOCK_WEBHOOK_ALLOW. */
    webhookAllow?: string
    logLevel?: string
  }>,
): Promise<TestApp> {
  const directory = await mkdtemp(join(tmpdir(), 'reeldock-app-'))
  const postgres = await databaseOfProject()
  if (postgres === undefined) await copySqliteTemplate(join(directory, 'reeldock.db'))
  const env = {
    REELDOCK_DATA_DIR: directory,
    REELDOCK_PORT: '0',
    DATABASE_URL: postgres?.url,
    DATABASE_POOL_SIZE: POOL_SIZE,
    REELDOCK_PULL_ALLOW: options.pullAllow,
    REELDOCK_WEBHOOK_ALLOW: options.webhookAllow,
  }
  const loaded = loadConfig(env, () => '')
  const config: Config = { ...loaded, uploads: { ...loaded.uploads, ...options.limits } }
  const logger = pino({ level: options.logLevel ?? 'silent' })
  const clock = options.clock ?? new SystemClock()
  const infrastructure = await openInfrastructure(config, { clock, random: new SystemRandom(), logger })
  const { password, hash } = firstPassword()
  const { bootstrap = {} } = options
  const first = { ...bootstrap, admin: { password, ...bootstrap.admin } }
  const keys = await createFirstProject(first, { ...infrastructure, hash })
  if (keys === undefined) throw new Error('the test database was not empty')
  let url = ''
  const services = buildServices(config, infrastructure, () => url)
  const server = buildServer({ logger })
  await options.register(server, services)
  url = await server.listen({ host: '127.0.0.1', port: 0 })
  const close = async (): Promise<void> => {
    const closed = server.close()
    await services.uploads.stopAll()
    server.server.closeAllConnections()
    await closed
    await infrastructure.close()
    await postgres?.drop()
    await rm(directory, { recursive: true, force: true })
  }
  return { services, infrastructure, keys, server, url, close }
}
