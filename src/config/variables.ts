/** Every environment variable the server reads. The reference page for operators is printed from this list. */
export const VARIABLES = {
  REELDOCK_HOST: {
    fallback: '127.0.0.1',
    meaning: 'Address to listen on. `0.0.0.0` or `::` to be reachable from other machines.',
  },
  REELDOCK_PORT: { fallback: '8080', meaning: 'Port to listen on. `0` takes any free one.' },
  REELDOCK_PUBLIC_URL: {
    fallback: 'http://<host>:<port>',
    meaning:
      'The address clients use, for example `https://video.example.org`. Upload, playback and callback links start with it.',
  },
  REELDOCK_TRUST_PROXY: {
    fallback: '',
    meaning:
      'Addresses and CIDR ranges of the proxies, separated by commas, that may say in `X-Forwarded-For` whose request they pass on, for example `127.0.0.1,10.0.0.0/8`. Nobody without it; then limits by address see the proxy.',
  },
  REELDOCK_DATA_DIR: { fallback: './data', meaning: 'Where the database, the master key, uploads and media lie.' },
  DATABASE_URL: {
    fallback: 'sqlite:<data>/reeldock.db',
    meaning:
      '`sqlite:<file>` or `postgres://user:password@host:5432/name`. With PostgreSQL, queue, locks and messages go through it too.',
  },
  DATABASE_POOL_SIZE: { fallback: '10', meaning: 'Connections to PostgreSQL, 2 to 500.' },
  BLOB_URL: {
    fallback: 'disk:<data>/blobs',
    meaning: '`disk:<directory>`. Staged uploads lie beside it, on the same file system.',
  },
  REELDOCK_ROLES: {
    fallback: 'api,upload,worker,console',
    meaning: 'What this process does, separated by commas: `api`, `upload`, `worker`, `console`, or `all`.',
  },
  REELDOCK_BOOTSTRAP: {
    fallback: '',
    meaning:
      'A JSON file with the keys of the first project, for people who migrate and keep theirs. Read only when there is no project yet.',
  },
  REELDOCK_MASTER_KEY: {
    fallback: '',
    meaning:
      '64 hexadecimal digits that seal secrets in the database. Without it, `<data>/master.key` is made at the first start. Back it up apart from the database.',
  },
  REELDOCK_LOG_LEVEL: { fallback: 'info', meaning: '`trace`, `debug`, `info`, `warn`, `error` or `silent`.' },
  REELDOCK_MAX_UPLOAD_BYTES: { fallback: '5497558138880', meaning: 'No file may be larger (5 TiB).' },
  REELDOCK_UPLOAD_IDLE_SECONDS: {
    fallback: '60',
    meaning: 'A request that brings no byte for this long is ended; what had arrived is kept.',
  },
  REELDOCK_HEADROOM_BYTES: { fallback: '536870912', meaning: 'Disk space kept free when uploads are promised room.' },
  REELDOCK_PULL_ALLOW: {
    fallback: '',
    meaning:
      'Addresses, CIDR ranges and host names, separated by commas, that files may be pulled from although they are not public, for example `10.20.0.0/16,media.internal`. Everything private is closed without it.',
  },
  REELDOCK_CLOUDV_REFUSE_REPLAYS: {
    fallback: 'no',
    meaning:
      '`yes`: a signature of the Cloud VoD API is good for one call. Off by default, since clients that repeat a call within a second send the same one.',
  },
  REELDOCK_HELD_BYTES: {
    fallback: '4294967296',
    meaning:
      'Disk space for files of forms whose token comes after them, all together in one process: nobody knows yet whose they are.',
  },
  REELDOCK_KALTURA_FINAL_CHUNK_WAIT_SECONDS: {
    fallback: '8',
    meaning:
      'How long the final chunk of a Kaltura client waits for others that are still on their way, 0 to 300. Longer than a client waits for its answer (Python 10, Node 30) helps nobody.',
  },
  REELDOCK_WEBHOOK_ALLOW: {
    fallback: '',
    meaning:
      'Addresses, CIDR ranges and host names, separated by commas, that callbacks may be sent to although they are not public. Everything private is closed without it.',
  },
  REELDOCK_WEBHOOK_RETENTION_DAYS: {
    fallback: '30',
    meaning: 'How long events and the log of their deliveries are kept, 7 to 3650 days.',
  },
  REELDOCK_KALTURA_FILE_TYPES: {
    fallback: '',
    meaning:
      'Content types, separated by commas, that Kaltura clients may upload, for example `video/*,audio/*`; found by looking at the bytes. Any without it.',
  },
  REELDOCK_KALTURA_APPROVE_REPLACEMENTS: {
    fallback: 'no',
    meaning:
      '`yes`: what Kaltura clients upload in place of an entry’s file plays when they approve it (`media.approveReplace`). `no`: as soon as it is ready.',
  },
  REELDOCK_ENCODE_CORES: { fallback: 'all cores', meaning: 'Cores the encoder may use, at low priority.' },
  REELDOCK_ENCODE_JOBS: { fallback: '1', meaning: 'Files encoded at a time by this process; they share the cores.' },
  REELDOCK_ENCODE_JOBS_PER_PROJECT: {
    fallback: '',
    meaning:
      'Files of one project encoded at a time by all processes together, so that others get their turn. On PostgreSQL, two processes that look at the same moment may exceed it by one.',
  },
  REELDOCK_SPLIT_SECONDS: {
    fallback: '1200',
    meaning:
      'Films that last this long or longer are encoded in pieces of about a quarter of it, by as many workers as are free; what dies costs a piece and not the film. All workers then need the same ffmpeg. `0`: never.',
  },
  REELDOCK_EARLY_SECONDS: {
    fallback: '120',
    meaning:
      'Films that last this long or longer play in their smallest size before the others are made, which costs a second decode. `0`: never.',
  },
  REELDOCK_JOB_LEASE_SECONDS: {
    fallback: '15',
    meaning: 'A worker that gives no sign of life for this long has lost its job to another one.',
  },
  FFMPEG_PATH: {
    fallback: '',
    meaning: 'ffmpeg to use (5.0 or later). Else the one on PATH, else the one that came with the installation.',
  },
  FFPROBE_PATH: { fallback: '', meaning: 'ffprobe to use, likewise.' },
  REELDOCK_FONT_FILE: {
    fallback: 'DejaVu Sans',
    meaning:
      'A TrueType or OpenType font, or a collection whose first font counts, for watermarks and for subtitles in the pictures: of Korean, Chinese and Japanese the shipped one has no letters. Every worker needs it.',
  },
} as const satisfies Readonly<Record<string, Readonly<{ fallback: string; meaning: string }>>>

export type VariableName = keyof typeof VARIABLES

/** The reference page, in Markdown. */
export function configurationPage(): string {
  const rows = Object.entries(VARIABLES).map(
    ([name, { fallback, meaning }]) => `| \`${name}\` | ${fallback === '' ? '' : `\`${fallback}\``} | ${meaning} |`,
  )
  return [
    '# Configuration',
    '',
    'Everything is set by environment variables, read once at the start. All mistakes are reported together.',
    '',
    '| Variable | Default | Meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
