import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { buildDeliverers } from './build-deliverers.ts'
import { buildServices } from './build-services.ts'
import { type Config, ConfigError } from './config/load-config.ts'
import { type CreatedProject, createFirstProject } from './core/access/first-project.ts'
import { AssetSweeper } from './core/library/asset-sweeper.ts'
import { SourceLifecycle } from './core/library/source-lifecycle.ts'
import { UploadSweeper } from './core/uploads/upload-sweeper.ts'
import { WebhookSweeper } from './core/webhooks/webhook-sweeper.ts'
import { apiV1 } from './http/api/index.ts'
import { consolePages } from './http/console.ts'
import { cloudvDialect } from './http/dialects/cloudv/index.ts'
import { kalturaDialect } from './http/dialects/kaltura/index.ts'
import { kollusDialect } from './http/dialects/kollus/index.ts'
import { healthRoutes } from './http/health.ts'
import { openApi } from './http/openapi.ts'
import { playbackRoutes } from './http/playback/index.ts'
import { rufhRoutes } from './http/rufh/index.ts'
import { buildServer } from './http/server.ts'
import type { Services } from './http/services.ts'
import { tusRoutes } from './http/tus/index.ts'
import { type Infrastructure, openInfrastructure } from './infrastructure.ts'
import { FfmpegMediaTools, type FfmpegMediaToolsOptions } from './media/ffmpeg-media-tools.ts'
import { openFont } from './media/font.ts'
import { findNetworkIsolation } from './media/network-isolation.ts'
import { type FfmpegTools, resolveFfmpeg } from './media/resolve-ffmpeg.ts'
import { makeSampleVideo } from './media/sample-video.ts'
import { SystemClock } from './system/system-clock.ts'
import { SystemRandom } from './system/system-random.ts'
import { createWorkers, type Workers } from './workers/create-workers.ts'

export type App = Readonly<{
  services: Services
  infrastructure: Infrastructure
  /** The keys of the first project, when this start made it. */
  firstProject: CreatedProject | undefined
  /** A video to try with, made at the first start where there is an encoder. */
  sampleFile: string | undefined
  /** Starts what the roles ask for. Resolves with the address it listens on, if it does. */
  start(): Promise<string | undefined>
  /** Drains: no new requests, running ones end at a durable offset, jobs are given back. Then closes everything. */
  stop(): Promise<void>
}>

const SWEEP_EVERY_MS = 60_000
/** How long requests may take to end once the server stops; uploads end at once, at a durable offset. */
const CONNECTION_LIMIT_MS = 10_000
const CONSOLE_DIRECTORY = join(import.meta.dirname, '..', 'console', 'dist')

/** Builds the application a configuration describes. Nothing listens or works before `start`. */
export async function createApp(config: Config, logger: Logger): Promise<App> {
  const infrastructure = await openInfrastructure(config, {
    clock: new SystemClock(),
    random: new SystemRandom(),
    logger,
  })
  try {
    const firstProject = await createFirstProject(config.firstProject, infrastructure)
    let listeningUrl = `http://${hostForUrl(config.http.host)}:${config.http.port}`
    const services = buildServices(config, infrastructure, () => config.http.publicUrl ?? listeningUrl)
    let isDraining = false
    const server = serves(config)
      ? await createServer(config, services, infrastructure, logger, () => isDraining)
      : undefined
    const tools = config.roles.has('worker') ? await findTools(config, logger) : undefined
    const workers = tools && buildWorkers(config, services, infrastructure, tools, logger)
    const deliverers = tools && buildDeliverers(config, services, infrastructure, logger)
    const sampleFile = tools && firstProject ? await sampleVideo(config, tools, logger) : undefined
    const sweeps = sweeper(config, services, infrastructure, logger)

    const start = async (): Promise<string | undefined> => {
      await workers?.start()
      deliverers?.start()
      sweeps.start()
      if (server === undefined) return undefined
      await server.listen({ host: config.http.host, port: config.http.port })
      const address = server.server.address()
      if (address !== null && typeof address === 'object') {
        listeningUrl = `http://${hostForUrl(config.http.host)}:${address.port}`
      }
      return services.publicUrl
    }
    const stop = async (): Promise<void> => {
      isDraining = true
      await sweeps.stop()
      // The listener closes first; requests under way then end at a durable offset and answer.
      const closed = server && closeServer(server)
      // Pulls are both: their jobs are given back before their runs end.
      const drained = workers?.stop()
      await services.uploads.stopAll()
      await Promise.all([closed, drained, deliverers?.stop()])
      await infrastructure.close()
    }
    return { services, infrastructure, firstProject, sampleFile, start, stop }
  } catch (error) {
    await infrastructure.close()
    throw error
  }
}

/**
 * Closes the listener and then each connection as soon as it is idle: one that still answers when the closing begins is
 * kept alive after its answer, and would be waited for. What does not end in time is cut.
 */
async function closeServer(server: FastifyInstance): Promise<void> {
  const idle = setInterval(() => server.server.closeIdleConnections(), 50)
  const limit = setTimeout(() => server.server.closeAllConnections(), CONNECTION_LIMIT_MS)
  try {
    await server.close()
  } finally {
    clearInterval(idle)
    clearTimeout(limit)
  }
}

function serves({ roles }: Config): boolean {
  return roles.has('api') || roles.has('upload') || roles.has('console')
}

async function createServer(
  config: Config,
  services: Services,
  infrastructure: Infrastructure,
  logger: Logger,
  isDraining: () => boolean,
): Promise<FastifyInstance> {
  const server = buildServer({ logger, trustProxy: config.http.trustProxy })
  const { work, staging, images } = infrastructure
  const problem = await images.problem()
  if (problem !== undefined)
    logger.warn({ err: problem }, 'pictures are only shown in their own size: sharp does not run here')
  const checks = { database: () => work.read.projects.first(), storage: () => staging.space() }
  await server.register(openApi)
  await server.register(healthRoutes, { checks, isDraining })
  if (config.roles.has('api') || config.roles.has('upload')) {
    await server.register(apiV1, { services, prefix: '/v1' })
    await server.register(tusRoutes, { services })
    await server.register(rufhRoutes, { services })
    await server.register(kollusDialect, { services })
    await server.register(kalturaDialect, { services, ...config.kaltura })
    await server.register(cloudvDialect, { services, ...config.cloudv })
    await server.register(playbackRoutes, { services })
  }
  if (config.roles.has('console')) await server.register(consolePages, { directory: CONSOLE_DIRECTORY })
  await server.ready()
  return server
}

type MediaPrograms = FfmpegTools & Pick<FfmpegMediaToolsOptions, 'isolation' | 'font'>

async function findTools(config: Config, logger: Logger): Promise<MediaPrograms> {
  const resolution = await resolveFfmpeg(config.media)
  if (!resolution.found) throw new ConfigError(`No usable encoder was found.\n${resolution.problems.join('\n')}`)
  const { fontFile } = config.media
  const font = fontFile === undefined ? undefined : await openFont(fontFile).catch(refuseFont)
  const isolation = await findNetworkIsolation()
  const network =
    isolation === undefined ? 'only kept away by a protocol allow-list' : 'none, in a namespace of their own'
  logger.info({ ...resolution.tools, network }, 'media tools')
  return { ...resolution.tools, isolation, font }
}

function refuseFont(error: Error): never {
  throw new ConfigError(`REELDOCK_FONT_FILE cannot be used: ${error.message}`)
}

function buildWorkers(
  config: Config,
  services: Services,
  infrastructure: Infrastructure,
  tools: MediaPrograms,
  logger: Logger,
): Workers {
  const { work, queue, clock, random, staging, blobs } = infrastructure
  const media = new FfmpegMediaTools({ ...tools, threads: config.media.cores ?? availableParallelism() })
  const lifecycle = new SourceLifecycle({ work, clock, random, earlyFromMs: config.jobs.earlyFromMs })
  const scratchDirectory = join(config.dataDirectory, 'scratch')
  return createWorkers({
    queue,
    lifecycle,
    pulls: services.pulls,
    work,
    staging,
    blobs,
    media,
    clock,
    random,
    logger,
    scratchDirectory,
    limits: { encode: config.jobs.encodes },
    splitting: { fromMs: config.jobs.splitFromMs },
    perProject: config.jobs.encodesPerProject === undefined ? {} : { encode: config.jobs.encodesPerProject },
    lease: { leaseMs: config.jobs.leaseMs, heartbeatMs: Math.floor(config.jobs.leaseMs / 3) },
  })
}

/** Made once; a sample that cannot be made is no reason not to start. */
async function sampleVideo(config: Config, tools: FfmpegTools, logger: Logger): Promise<string | undefined> {
  const file = join(config.dataDirectory, 'sample.mp4')
  try {
    await makeSampleVideo(tools.ffmpegPath, file)
    return file
  } catch (error) {
    logger.warn({ err: error }, 'no sample video')
    return undefined
  }
}

/** Sweeps at the start and once a minute; a sweep under way is awaited by `stop`. */
function sweeper(config: Config, services: Services, infrastructure: Infrastructure, logger: Logger) {
  const { clock, work, staging, blobs, locker } = infrastructure
  const uploads = new UploadSweeper({ uploads: services.uploads, work, staging, locker, clock, limits: config.uploads })
  const assets = new AssetSweeper({ library: services.library, work, locker, clock })
  const webhooks = new WebhookSweeper({ work, locker, clock, retentionMs: config.webhooks.retentionMs })
  let running: Promise<void> = Promise.resolve()
  let cancel: (() => void) | undefined
  let isStopped = false
  const sweep = async (): Promise<void> => {
    try {
      const report = await uploads.sweep()
      const assetReport = await assets.sweep()
      const webhookReport = await webhooks.sweep()
      const removedTemporaries = await blobs.sweepTemporary({
        writtenBeforeMs: clock.now() - config.uploads.orphanAgeMs,
      })
      const counts = { ...report, ...assetReport, ...webhookReport }
      if (Object.values(counts).some((count) => count > 0)) logger.info({ ...counts, removedTemporaries }, 'swept')
    } catch (error) {
      logger.error({ err: error }, 'sweeping failed; it will be tried again')
    }
    if (!isStopped) cancel = clock.after(SWEEP_EVERY_MS, start)
  }
  const start = (): void => {
    running = sweep()
  }
  const stop = async (): Promise<void> => {
    isStopped = true
    cancel?.()
    await running
  }
  return { start, stop }
}

function hostForUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
