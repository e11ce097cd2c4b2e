import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** What one process may use. `undefined` where there shall be no limit. */
export type ProcessLimits = Readonly<{
  /** Added to our own niceness, 0…19. */
  niceness: number
  /** Address space of each process. */
  memoryBytes?: number | undefined
  /** The largest single file it may write. */
  fileBytes?: number | undefined
  /** Logical processors it may run on, as `taskset -c` takes them: `2,3`. Ignored where there is no taskset. */
  processors?: string | undefined
  /** What starts it without a network (network-isolation.ts). */
  isolation?: readonly string[] | undefined
}>

export type ProcessRequest = Readonly<{
  command: string
  args: readonly string[]
  workingDirectory?: string
  signal: AbortSignal
  /** Wall time. */
  timeLimitMs: number
  /** How long `onLine` may go without returning true. */
  stallLimitMs?: number
  /** Gets each line of standard output; returns true when the line proves progress. */
  onLine: (line: string) => boolean
  /** Standard output beyond this many characters ends the process. */
  outputLimit?: number
  limits: ProcessLimits
}>

export type ProcessOutcome = Readonly<{
  /** `exited` also when a signal that we did not send ended it; then `exitCode` is 128 + its number. */
  ending: 'exited' | 'timed_out' | 'stalled' | 'output_limit'
  exitCode: number
  /** The last STDERR_TAIL_BYTES at most. For the log, not for users. */
  stderrTail: string
}>

/** 128 + SIGKILL, which somebody else sent: usually the kernel, short of memory. */
export const KILLED = 137

export const STDERR_TAIL_BYTES = 8 * 1024

/** Between asking a process to end and ending it. */
const GRACE_MS = 1000
/** Output that is still in the pipes when the process has ended is waited for this long. */
const DRAIN_MS = 1000

/**
 * Sets the limits, runs the command in the background, and ends everything when our side of descriptor 3 closes: a
 * pipe's end is the one sign of our death that the kernel never forgets to give, so not even `kill -9` of this
 * process leaves an encoder behind. The command itself has no standard input. Limits that this system does not know
 * are left out. Its exit status is the command's.
 */
const WRAPPER = `
niceness=$1 memory_kib=$2 file_blocks=$3 processors=$4
shift 4
exec 3<&0 </dev/null
trap : TERM
ulimit -c 0 2>/dev/null
[ "$memory_kib" -gt 0 ] && ulimit -v "$memory_kib" 2>/dev/null
[ "$file_blocks" -gt 0 ] && ulimit -f "$file_blocks" 2>/dev/null
[ -n "$processors" ] && command -v taskset >/dev/null && set -- taskset -c "$processors" "$@"
command -v ionice >/dev/null && set -- ionice -c 2 -n 7 "$@"
command -v nice >/dev/null && set -- nice -n "$niceness" "$@"
"$@" 3<&- &
command=$!
{ read -r never <&3; kill -KILL 0; } >/dev/null 2>&1 &
guard=$!
wait "$command"
status=$?
while kill -0 "$command" 2>/dev/null; do wait "$command"; status=$?; done
kill -KILL "$guard" 2>/dev/null
wait "$guard" 2>/dev/null
exit "$status"
`

/**
 * Nothing of our own environment. iconv's loadable converters are switched off because a statically linked ffprobe
 * crashes when it loads those of the system's other C library (seen with every MPEG transport stream that has a
 * service name).
 */
const ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin',
  LC_ALL: 'C',
  GCONV_PATH: '/dev/null',
}

/**
 * Runs one command to its end in a process group of its own, with low priority and limits. Whatever the outcome, no
 * process of it is left when the promise settles. A command that is missing or not executable exits with 127 or 126.
 * Rejects with the signal's reason when that aborts.
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessOutcome> {
  request.signal.throwIfAborted()
  const { limits } = request
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      WRAPPER,
      'reeldock-media',
      String(limits.niceness),
      String(Math.ceil((limits.memoryBytes ?? 0) / 1024)),
      String(Math.ceil((limits.fileBytes ?? 0) / 512)),
      limits.processors ?? '',
      ...(limits.isolation ?? []),
      request.command,
      ...request.args,
    ],
    { cwd: request.workingDirectory, env: ENVIRONMENT, detached: true, stdio: ['pipe', 'pipe', 'pipe'] },
  )
  // An emitter without this listener would throw; `once` below reports the same failure.
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: NodeJS.Signals | null]>
  const drained = Promise.allSettled([once(child.stdout, 'close'), once(child.stderr, 'close')])

  const state: { ending: ProcessOutcome['ending'] | 'aborted' } = { ending: 'exited' }
  const timers = new Set<NodeJS.Timeout>()
  const later = (delayMs: number, run: () => void) => {
    const timer = setTimeout(run, delayMs)
    timers.add(timer)
    return timer
  }
  const stop = (why: typeof state.ending) => {
    if (state.ending !== 'exited') return
    state.ending = why
    signalGroup(child.pid, 'SIGTERM')
    later(GRACE_MS, () => signalGroup(child.pid, 'SIGKILL'))
  }
  const onAbort = () => stop('aborted')
  request.signal.addEventListener('abort', onAbort, { once: true })
  later(request.timeLimitMs, () => stop('timed_out'))
  const { stallLimitMs } = request
  const stallTimer = stallLimitMs === undefined ? undefined : later(stallLimitMs, () => stop('stalled'))

  const stderr = keepTail(child.stderr)
  let outputSize = 0
  const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })
  child.stdout.on('data', (chunk: Buffer) => {
    outputSize += chunk.length
    if (outputSize > (request.outputLimit ?? Number.POSITIVE_INFINITY)) {
      lines.close()
      child.stdout.destroy()
      stop('output_limit')
    }
  })
  lines.on('line', (line) => {
    if (request.onLine(line)) stallTimer?.refresh()
  })

  try {
    const [code, signal] = await exited
    if (signal !== null) signalGroup(child.pid, 'SIGKILL')
    later(DRAIN_MS, () => {
      child.stdout.destroy()
      child.stderr.destroy()
    })
    await drained
    if (state.ending === 'aborted') throw request.signal.reason
    return { ending: state.ending, exitCode: code ?? 255, stderrTail: stderr() }
  } finally {
    request.signal.removeEventListener('abort', onAbort)
    for (const timer of timers) clearTimeout(timer)
    child.stdin.destroy()
    lines.close()
  }
}

/** Collects standard output instead of looking at it line by line. */
export async function captureProcess(
  request: Omit<ProcessRequest, 'onLine' | 'stallLimitMs'>,
): Promise<ProcessOutcome & { stdout: string }> {
  const lines: string[] = []
  const outcome = await runProcess({ ...request, onLine: (line) => lines.push(line) > 0 })
  return { ...outcome, stdout: lines.join('\n') }
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // The whole group is gone already; some systems say EPERM of a group that waits to be reaped.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

function keepTail(stream: Readable): () => string {
  let tail = Buffer.alloc(0)
  stream.on('data', (chunk: Buffer) => {
    const joined = Buffer.concat([tail, chunk])
    tail = joined.subarray(Math.max(0, joined.length - STDERR_TAIL_BYTES))
  })
  stream.on('error', () => undefined)
  return () => tail.toString('utf8')
}
