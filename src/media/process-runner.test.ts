import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { processesNaming } from '../../test/support/media/processes.ts'
import { captureProcess, runProcess, STDERR_TAIL_BYTES } from './process-runner.ts'

const limits = { niceness: 5 }
const never = new AbortController().signal

function sh(script: string, more: Partial<Parameters<typeof runProcess>[0]> = {}): Parameters<typeof runProcess>[0] {
  const base = { command: '/bin/sh', args: ['-c', script], signal: never, timeLimitMs: 20_000, limits }
  return { ...base, onLine: () => false, ...more }
}

describe('runProcess', () => {
  let directory: string
  /** Unique to this test, so that its processes can be told from all others. */
  let marker: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'reeldock-runner-'))
    marker = join(directory, 'marker')
  })
  afterEach(() => rm(directory, { recursive: true }))

  /** Two processes that both name the marker; the inner one would live on without the outer one. */
  const sleeping = (first = ':') => `${first}; touch ${marker}; tail -f ${marker} & echo started; wait`

  it('gives back the exit code, the lines and the end of standard error', async () => {
    const outcome = await captureProcess(sh('echo one; echo two; echo bad >&2; exit 7'))
    expect(outcome).toEqual({ ending: 'exited', exitCode: 7, stdout: 'one\ntwo', stderrTail: 'bad\n' })
  })

  it('keeps only the last few KiB of standard error', async () => {
    const { stderrTail } = await captureProcess(sh('yes noise | head -c 1000000 >&2; echo last words >&2'))
    expect(stderrTail.length).toBe(STDERR_TAIL_BYTES)
    expect(stderrTail).toMatch(/last words\n$/)
  })

  it('answers 127 for a command that does not exist', async () => {
    const outcome = await captureProcess({ ...sh(''), command: join(directory, 'nothing'), args: [] })
    expect(outcome.exitCode).toBe(127)
  })

  it('gives the command an empty standard input and none of our environment', async () => {
    vi.stubEnv('REELDOCK_SECRET', 'do not pass on')
    const { stdout } = await captureProcess(sh('cat; env'))
    vi.unstubAllEnvs()
    expect(stdout).toMatch(/^PATH=/m)
    expect(stdout).not.toContain('do not pass on')
  })

  it('runs the command with lower priority', async () => {
    const { stdout } = await captureProcess(sh('nice'))
    const own = await captureProcess({ ...sh('nice'), limits: { niceness: 0 } })
    expect(Number(stdout)).toBe(Math.min(19, Number(own.stdout) + 5))
  })

  it('caps the size of files and of memory', async () => {
    const big = join(directory, 'big')
    const files = await captureProcess({
      ...sh(`yes | head -c 1000000 > ${big}`),
      limits: { ...limits, fileBytes: 8192 },
    })
    expect(files.exitCode).not.toBe(0)
    expect((await stat(big)).size).toBe(8192)
    const memory = await captureProcess({ ...sh('ulimit -v'), limits: { ...limits, memoryBytes: 512 * 1024 * 1024 } })
    expect(memory.stdout).toBe('524288')
  })

  it.runIf(process.platform === 'linux')('keeps the command to the given processors', async () => {
    const { stdout } = await captureProcess({
      ...sh('grep Cpus_allowed_list /proc/self/status'),
      limits: { niceness: 0, processors: '0' },
    })
    expect(stdout).toMatch(/Cpus_allowed_list:\s*0$/)
  })

  it('ends a command that takes too long, with its children', async () => {
    const outcome = await captureProcess(sh(sleeping(), { timeLimitMs: 300 }))
    expect(outcome.ending).toBe('timed_out')
    expect(await processesNaming(marker)).toEqual([])
  })

  it('ends a command that ignores the request to end', async () => {
    const outcome = await captureProcess(sh(sleeping("trap '' TERM"), { timeLimitMs: 200 }))
    expect(outcome.ending).toBe('timed_out')
    expect(await processesNaming(marker)).toEqual([])
  })

  it('ends a command that goes on talking without progress, and spares one that progresses', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const stallLimitMs = 1_000
    const talk = 'i=0; while [ $i -lt 20 ]; do echo tick; i=$((i+1)); done'
    const hearAfter = (silenceMs: number, provesProgress: boolean) => () => {
      vi.advanceTimersByTime(silenceMs)
      return provesProgress
    }
    const silent = await runProcess(sh(sleeping(talk), { stallLimitMs, onLine: hearAfter(stallLimitMs - 1, false) }))
    expect(silent.ending).toBe('stalled')
    const busy = await runProcess(
      sh(talk, { stallLimitMs, timeLimitMs: 60_000, onLine: hearAfter(stallLimitMs - 1, true) }),
    )
    expect(busy).toMatchObject({ ending: 'exited', exitCode: 0 })
  })

  it('ends a command that writes without end', async () => {
    const outcome = await captureProcess({ ...sh(`yes # ${marker}`), outputLimit: 100_000 })
    expect(outcome.ending).toBe('output_limit')
    expect(outcome.stdout.length).toBeLessThan(400_000)
    expect(await processesNaming(marker)).toEqual([])
  })

  it('rejects with the reason of an abort and leaves no process behind', async () => {
    const stop = new AbortController()
    const reason = new Error('the client changed its mind')
    const run = runProcess(
      sh(sleeping(), {
        signal: stop.signal,
        onLine: () => {
          stop.abort(reason)
          return true
        },
      }),
    )
    await expect(run).rejects.toBe(reason)
    expect(await processesNaming(marker)).toEqual([])
  })

  it('starts nothing for a signal that has aborted already', async () => {
    await expect(runProcess(sh(`touch ${marker}`, { signal: AbortSignal.abort() }))).rejects.toThrow()
    await expect(stat(marker)).rejects.toThrow()
  })

  it('takes its processes along when this process is killed', async () => {
    const program = `
      import { runProcess } from ${JSON.stringify(new URL('./process-runner.ts', import.meta.url).href)}
      await runProcess({ command: '/bin/sh', args: ['-c', ${JSON.stringify(sleeping(`echo > ${marker}.ready`))}],
        signal: new AbortController().signal, timeLimitMs: 60000, limits: { niceness: 0 }, onLine: () => true })`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' })
    await vi.waitFor(() => readFile(`${marker}.ready`), { timeout: 30_000, interval: 20 })
    const exit = once(owner, 'exit')
    owner.kill('SIGKILL')
    await exit
    await vi.waitFor(async () => expect(await processesNaming(marker)).toEqual([]), { timeout: 30_000, interval: 20 })
  })
})
