import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import type { FirstProject } from '../core/access/first-project.ts'
import { TYPE_PATTERN } from '../core/uploads/content-type.ts'
import { DEFAULT_UPLOAD_LIMITS, type UploadLimits } from '../core/uploads/upload-limits.ts'
import { parseBootstrapFile } from './bootstrap-file.ts'
import { VARIABLES, type VariableName } from './variables.ts'

export const ROLES = ['api', 'upload', 'worker', 'console'] as const
export type Role = (typeof ROLES)[number]

const DAY_MS = 24 * 60 * 60_000

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const

export type Config = Readonly<{
  http: Readonly<{
    host: string
    port: number
    publicUrl: string | undefined
    /** Addresses and CIDR ranges of those whose `X-Forwarded-For` counts. */
    trustProxy: readonly string[]
  }>
  roles: ReadonlySet<Role>
  dataDirectory: string
  database: Readonly<{ kind: 'sqlite'; file: string }> | Readonly<{ kind: 'postgres'; url: string; poolSize: number }>
  blobs: Readonly<{ kind: 'disk'; directory: string }>
  uploads: UploadLimits
  pull: Readonly<{
    /** Addresses, CIDR ranges and host names that are open although they are not public. */
    allow: readonly string[]
  }>
  webhooks: Readonly<{
    /** As with pulls, for what receivers are told. */
    allow: readonly string[]
    /** How long events and the log of their deliveries are kept. */
    retentionMs: number
  }>
  cloudv: Readonly<{
    /** A signature of the API is good for one call. */
    refuseReplays: boolean
  }>
  kaltura: Readonly<{
    /** How long a final chunk waits for others that are still on their way. */
    finalChunkWaitMs: number
    /** Content types that may be uploaded (`video/*` is a pattern); empty means any. */
    fileTypes: readonly string[]
    /** Other content of an entry plays when somebody approves it, not as soon as it can. */
    replacementsNeedApproval: boolean
  }>
  media: Readonly<{
    ffmpegPath: string | undefined
    ffprobePath: string | undefined
    /** Undefined: the shipped one. */
    fontFile: string | undefined
    searchPath: string
    /** Undefined: all cores. */
    cores: number | undefined
  }>
  jobs: Readonly<{
    leaseMs: number
    /** Encoded at a time by this process. */
    encodes: number
    /** Of one project, by all processes. Undefined: as many as there are. */
    encodesPerProject: number | undefined
    /** Films that last this long or longer are encoded in pieces; undefined: none. */
    splitFromMs: number | undefined
    /** Films that last this long or longer play in their smallest size first; undefined: none. */
    earlyFromMs: number | undefined
  }>
  firstProject: FirstProject
  /** 32 bytes; undefined: kept in a file of the data directory. */
  masterKey: Uint8Array | undefined
  logLevel: (typeof LOG_LEVELS)[number]
}>

/** Mistakes of the configuration, all of them, one a line, in words a person can act on. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The configuration, as a pure function of the environment and of `readText` (which reads the bootstrap file and
 * throws when it cannot). Throws ConfigError with every mistake at once.
 */
export function loadConfig(env: Environment, readText: (path: string) => string): Config {
  const problems: string[] = []
  // An empty variable is an unset one: what compose files and shells leave behind.
  const text = (name: VariableName): string | undefined => env[name]?.trim() || undefined
  const integer = (name: VariableName, fallback: number, least: number, most: number): number => {
    const value = text(name)
    if (value === undefined) return fallback
    if (/^\d{1,16}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value)
    problems.push(`${name}: "${value}" is not a whole number from ${least} to ${most}.`)
    return fallback
  }

  /** No unless it says yes. */
  const yesOrNo = (name: VariableName): boolean => {
    const value = text(name)?.toLowerCase()
    if (value !== undefined && value !== 'yes' && value !== 'no') problems.push(`${name}: must be yes or no.`)
    return value === 'yes'
  }

  for (const name of Object.keys(env)) {
    if (name.startsWith('REELDOCK_') && !(name in VARIABLES)) {
      problems.push(`${name}: there is no such setting. ${closest(name)}`)
    }
  }

  const dataDirectory = resolve(text('REELDOCK_DATA_DIR') ?? './data')
  const config: Config = {
    http: {
      host: text('REELDOCK_HOST') ?? VARIABLES.REELDOCK_HOST.fallback,
      port: integer('REELDOCK_PORT', 8080, 0, 65_535),
      publicUrl: publicUrl(text('REELDOCK_PUBLIC_URL'), problems),
      trustProxy: trustProxy(text('REELDOCK_TRUST_PROXY'), problems),
    },
    roles: roles(text('REELDOCK_ROLES'), problems),
    dataDirectory,
    database: database(text('DATABASE_URL'), dataDirectory, integer('DATABASE_POOL_SIZE', 10, 2, 500), problems),
    blobs: blobs(text('BLOB_URL'), dataDirectory, problems),
    uploads: {
      ...DEFAULT_UPLOAD_LIMITS,
      maxSizeBytes: integer(
        'REELDOCK_MAX_UPLOAD_BYTES',
        DEFAULT_UPLOAD_LIMITS.maxSizeBytes,
        1,
        Number.MAX_SAFE_INTEGER,
      ),
      idleTimeoutMs:
        integer('REELDOCK_UPLOAD_IDLE_SECONDS', DEFAULT_UPLOAD_LIMITS.idleTimeoutMs / 1000, 1, 3_600) * 1000,
      heldBytes: integer('REELDOCK_HELD_BYTES', DEFAULT_UPLOAD_LIMITS.heldBytes, 0, Number.MAX_SAFE_INTEGER),
      headroomBytes: integer(
        'REELDOCK_HEADROOM_BYTES',
        DEFAULT_UPLOAD_LIMITS.headroomBytes,
        0,
        Number.MAX_SAFE_INTEGER,
      ),
    },
    pull: { allow: allowed('REELDOCK_PULL_ALLOW', text('REELDOCK_PULL_ALLOW'), problems) },
    webhooks: {
      allow: allowed('REELDOCK_WEBHOOK_ALLOW', text('REELDOCK_WEBHOOK_ALLOW'), problems),
      retentionMs: integer('REELDOCK_WEBHOOK_RETENTION_DAYS', 30, 7, 3_650) * DAY_MS,
    },
    cloudv: { refuseReplays: yesOrNo('REELDOCK_CLOUDV_REFUSE_REPLAYS') },
    kaltura: {
      finalChunkWaitMs: integer('REELDOCK_KALTURA_FINAL_CHUNK_WAIT_SECONDS', 8, 0, 300) * 1000,
      fileTypes: contentTypes('REELDOCK_KALTURA_FILE_TYPES', text('REELDOCK_KALTURA_FILE_TYPES'), problems),
      replacementsNeedApproval: yesOrNo('REELDOCK_KALTURA_APPROVE_REPLACEMENTS'),
    },
    media: {
      ffmpegPath: text('FFMPEG_PATH'),
      ffprobePath: text('FFPROBE_PATH'),
      fontFile: text('REELDOCK_FONT_FILE'),
      searchPath: env['PATH'] ?? '',
      cores: text('REELDOCK_ENCODE_CORES') === undefined ? undefined : integer('REELDOCK_ENCODE_CORES', 1, 1, 1_024),
    },
    jobs: {
      leaseMs: integer('REELDOCK_JOB_LEASE_SECONDS', 15, 3, 3_600) * 1000,
      encodes: integer('REELDOCK_ENCODE_JOBS', 1, 1, 256),
      encodesPerProject:
        text('REELDOCK_ENCODE_JOBS_PER_PROJECT') === undefined
          ? undefined
          : integer('REELDOCK_ENCODE_JOBS_PER_PROJECT', 1, 1, 10_000),
      splitFromMs: integer('REELDOCK_SPLIT_SECONDS', 1_200, 0, 86_400) * 1000 || undefined,
      earlyFromMs: integer('REELDOCK_EARLY_SECONDS', 120, 0, 86_400) * 1000 || undefined,
    },
    firstProject: firstProject(text('REELDOCK_BOOTSTRAP'), readText, problems),
    masterKey: masterKey(text('REELDOCK_MASTER_KEY'), problems),
    logLevel: logLevel(text('REELDOCK_LOG_LEVEL'), problems),
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return Object.freeze(config)
}

function contentTypes(name: string, value: string | undefined, problems: string[]): readonly string[] {
  const types = (value ?? '').split(',').map((type) => type.trim())
  const odd = types.find((type) => type !== '' && !TYPE_PATTERN.test(type))
  if (odd !== undefined) problems.push(`${name}: "${odd}" is not a content type like video/mp4 or video/*.`)
  return types.filter((type) => type !== '')
}

function publicUrl(value: string | undefined, problems: string[]): string | undefined {
  if (value === undefined) return undefined
  const url = URL.parse(value)
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    problems.push(`REELDOCK_PUBLIC_URL: "${value}" is not an address like https://video.example.org.`)
    return undefined
  }
  return url.href.replace(/\/+$/, '')
}

function roles(value: string | undefined, problems: string[]): ReadonlySet<Role> {
  if (value === undefined || value === 'all') return new Set(ROLES)
  const known: readonly string[] = ROLES
  const names = value.split(',').map((name) => name.trim())
  for (const name of names) {
    if (!known.includes(name)) problems.push(`REELDOCK_ROLES: "${name}" is none of ${ROLES.join(', ')}, all.`)
  }
  return new Set(names as Role[])
}

function database(
  value: string | undefined,
  dataDirectory: string,
  poolSize: number,
  problems: string[],
): Config['database'] {
  if (value === undefined) return { kind: 'sqlite', file: join(dataDirectory, 'reeldock.db') }
  if (/^postgres(ql)?:\/\//.test(value)) {
    if (URL.canParse(value)) return { kind: 'postgres', url: value, poolSize }
    problems.push(
      'DATABASE_URL: not an address like postgres://user:password@host:5432/name (special characters in the password must be percent-encoded).',
    )
  } else if (value.startsWith('sqlite:') && value.length > 'sqlite:'.length) {
    return { kind: 'sqlite', file: resolve(value.slice('sqlite:'.length)) }
  } else {
    problems.push('DATABASE_URL: must start with postgres:// or sqlite:.')
  }
  return { kind: 'sqlite', file: '' }
}

function blobs(value: string | undefined, dataDirectory: string, problems: string[]): Config['blobs'] {
  if (value === undefined) return { kind: 'disk', directory: join(dataDirectory, 'blobs') }
  if (value.startsWith('disk:') && value.length > 'disk:'.length) {
    return { kind: 'disk', directory: resolve(value.slice('disk:'.length)) }
  }
  problems.push(
    value.startsWith('s3:')
      ? 'BLOB_URL: object storage is not supported in this version yet; use disk:<directory>.'
      : `BLOB_URL: "${value}" must be disk:<directory>.`,
  )
  return { kind: 'disk', directory: '' }
}

function allowed(name: VariableName, value: string | undefined, problems: string[]): readonly string[] {
  const entries = (value ?? '').split(',').map((entry) => entry.trim())
  const isHost = (entry: string): boolean => /^(?=.*[a-z])[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(entry)
  const isGood = (entry: string): boolean => isNetwork(entry) || isHost(entry)
  const named = entries.filter((entry) => entry !== '')
  for (const entry of named) {
    if (!isGood(entry)) {
      problems.push(`${name}: "${entry}" is no address, CIDR range or host name (10.20.0.0/16, media.internal).`)
    }
  }
  return named
}

/** An address or a CIDR range. */
function isNetwork(entry: string): boolean {
  const [network = '', prefix, ...rest] = entry.split('/')
  const version = isIP(network)
  if (version === 0 || rest.length > 0 || network.includes('%')) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}

function trustProxy(value: string | undefined, problems: string[]): Config['http']['trustProxy'] {
  if (value === undefined) return []
  const networks = value.split(',').map((entry) => entry.trim())
  for (const network of networks) {
    if (!isNetwork(network)) {
      problems.push(`REELDOCK_TRUST_PROXY: "${network}" is no address and no CIDR range (127.0.0.1,10.0.0.0/8).`)
    }
  }
  return networks
}

function firstProject(path: string | undefined, readText: (path: string) => string, problems: string[]): FirstProject {
  if (path === undefined) return {}
  let text: string
  try {
    text = readText(path)
  } catch (error) {
    problems.push(`REELDOCK_BOOTSTRAP: ${path} cannot be read (${error instanceof Error ? error.message : 'unknown'}).`)
    return {}
  }
  return parseBootstrapFile(text, problems)
}

function masterKey(value: string | undefined, problems: string[]): Uint8Array | undefined {
  if (value === undefined) return undefined
  if (/^[0-9a-fA-F]{64}$/.test(value)) return Buffer.from(value, 'hex')
  problems.push('REELDOCK_MASTER_KEY: must be 64 hexadecimal digits (openssl rand -hex 32 makes one).')
  return undefined
}

function logLevel(value: string | undefined, problems: string[]): Config['logLevel'] {
  const level = LOG_LEVELS.find((name) => name === (value ?? 'info'))
  if (level === undefined) problems.push(`REELDOCK_LOG_LEVEL: "${value}" is none of ${LOG_LEVELS.join(', ')}.`)
  return level ?? 'info'
}

/** The known name that shares the longest beginning. */
function closest(name: string): string {
  const shared = (other: string): number => {
    let length = 0
    while (length < name.length && name[length] === other[length]) length += 1
    return length
  }
  const best = Object.keys(VARIABLES).sort((a, b) => shared(b) - shared(a))[0]
  return best !== undefined && shared(best) > 'REELDOCK_'.length
    ? `Did you mean ${best}?`
    : 'See docs/operations/configuration.md.'
}
