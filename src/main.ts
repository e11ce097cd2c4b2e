import { readFileSync } from 'node:fs'
import { createApp } from './app.ts'
import { buildServices } from './build-services.ts'
import { type Config, ConfigError, loadConfig, type Role } from './config/load-config.ts'
import { configurationPage } from './config/variables.ts'
import { isDomainError } from './core/errors.ts'
import { openInfrastructure } from './infrastructure.ts'
import { SystemClock } from './system/system-clock.ts'
import { SystemRandom } from './system/system-random.ts'
import { createLogger } from './telemetry/logger.ts'
import { welcome } from './welcome.ts'

const DRAIN_LIMIT_MS = 30_000

const HELP = `Usage: npm start -- [command]

  all                 everything in one process (the default)
  serve               API, uploads and console; no encoding
  work                encoding and other background jobs only
  migrate             bring the database up to date, then exit
  key <name>          make an API key for the first project and show it
  password <login>    set a new password for a login and show it
  config              print the reference of all settings

Settings are environment variables: docs/operations/configuration.md.
`

const LONG_MS = 3_600_000

const ROLES_OF: Readonly<Record<string, readonly Role[]>> = { serve: ['api', 'upload', 'console'], work: ['worker'] }

async function main(args: readonly string[]): Promise<number> {
  const [command = 'all', argument] = args
  if (command === '--help' || command === '-h' || command === 'help') return print(HELP)
  if (command === 'config') return print(configurationPage())
  const config = loadConfig(process.env, (path) => readFileSync(path, 'utf8'))
  switch (command) {
    case 'all':
      return run(config)
    case 'serve':
    case 'work':
      return run({ ...config, roles: new Set(ROLES_OF[command]) })
    case 'migrate':
      return withServices(config, async () => print('The database is up to date.\n'))
    case 'key':
      return withServices(config, async ({ access }, projectId) => {
        const { secret } = await access.createApiKey(projectId, argument ?? 'command line')
        return print(`${secret}\n`)
      })
    case 'password':
      return withServices(config, async ({ access }) => {
        const password = Buffer.from(new SystemRandom().bytes(12)).toString('base64url')
        await access.setPassword(argument ?? 'admin', password)
        return print(`${password}\n`)
      })
    default:
      process.stderr.write(`There is no command "${command}".\n\n${HELP}`)
      return 2
  }
}

/** Runs until a signal asks to stop; resolves with the exit code. */
async function run(config: Config): Promise<number> {
  const logger = createLogger(config.logLevel)
  const stopSignal = new Promise<string>((resolve) => {
    let isAsked = false
    // SIGHUP: the terminal it was started from is closed.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        // A second Ctrl-C means now. SIGTERM may follow the first: `npm start` passes a Ctrl-C on as one.
        if (isAsked && signal === 'SIGINT') process.exit(130)
        isAsked = true
        resolve(signal)
      })
    }
  })
  const app = await createApp(config, logger)
  const url = await app.start()
  print(url === undefined ? '\n  Reeldock is working.\n\n' : welcome(url, app.firstProject, app.sampleFile))
  // Timers of ours keep no process alive; a worker that does not listen would end as soon as it has nothing to do.
  const alive = setInterval(() => undefined, LONG_MS)
  const signal = await stopSignal
  clearInterval(alive)
  logger.info({ signal }, 'stopping: requests end at a durable offset, jobs are given back')
  const limit = setTimeout(() => {
    logger.error('stopping took too long; nothing acknowledged is lost')
    process.exit(1)
  }, DRAIN_LIMIT_MS)
  await app.stop()
  clearTimeout(limit)
  logger.info('stopped')
  return 0
}

type Use = (
  services: ReturnType<typeof buildServices>,
  projectId: Parameters<ReturnType<typeof buildServices>['access']['createApiKey']>[0],
) => Promise<number>

async function withServices(config: Config, use: Use): Promise<number> {
  const logger = createLogger(config.logLevel)
  const parts = { clock: new SystemClock(), random: new SystemRandom(), logger }
  const infrastructure = await openInfrastructure(config, parts)
  try {
    const project = await infrastructure.work.read.projects.first()
    if (project === undefined) {
      process.stderr.write('There is no project yet: start the server once first.\n')
      return 1
    }
    return await use(
      buildServices(config, infrastructure, () => config.http.publicUrl ?? ''),
      project.id,
    )
  } finally {
    await infrastructure.close()
  }
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const isExpected = error instanceof ConfigError || isDomainError(error)
  process.stderr.write(isExpected ? `${(error as Error).message}\n` : `${(error as Error).stack ?? String(error)}\n`)
  process.exitCode = 1
}
