import pino, { type Logger } from 'pino'

/** Members of log records that never appear, wherever a record carries them. The one redaction table. */
const SECRETS = [
  'token',
  'apiKey',
  'password',
  'secret',
  'masterKey',
  'authorization',
  'cookie',
  'headers.authorization',
  'headers.cookie',
]

/** JSON lines on standard error, so that standard output stays for what a person asked for. */
export function createLogger(level: string): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`])
  return pino({ level, base: undefined, redact: { paths, censor: '[hidden]' } }, pino.destination(2))
}
