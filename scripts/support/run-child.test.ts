import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'

const MODULE = JSON.stringify(new URL('run-child.mjs', import.meta.url).href)

/** Says every signal it gets and ends with code 7 after `drainMs`, as a server that drains. */
function server(drainMs: number): string {
  return `for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {
      console.log('got ' + signal)
      setTimeout(() => process.exit(7), ${drainMs})
    })
    setInterval(() => {}, 1000)
    console.log('ready')`
}

const startedGroups: number[] = []

afterEach(() => {
  for (const group of startedGroups.splice(0)) endGroup(group)
})

describe('a program in the foreground', () => {
  it('gets one request to stop for one Ctrl-C that npm repeats, and its exit code is passed on', async () => {
    const run = await startForeground(server(100))
    run.launcher.kill('SIGINT')
    run.launcher.kill('SIGINT')
    expect(await run.exitCode).toBe(7)
    expect(run.output()).toBe('ready\ngot SIGTERM\n')
  })

  it('is asked to stop by SIGTERM and by the end of the terminal alike', async () => {
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
      const run = await startForeground(server(0))
      run.launcher.kill(signal)
      expect(await run.exitCode).toBe(7)
    }
  })

  it('is killed by a second Ctrl-C', async () => {
    const run = await startForeground(server(60_000))
    const pressing = setInterval(() => run.launcher.kill('SIGINT'), 50)
    expect(await run.exitCode.finally(() => clearInterval(pressing))).toBe(128 + 9)
  })

  it('is not killed by being asked again to stop', async () => {
    const run = await startForeground(server(1500))
    for (let asked = 0; asked < 15; asked++) {
      run.launcher.kill('SIGTERM')
      await delay(50)
    }
    expect(await run.exitCode).toBe(7)
  })

  it('is asked to stop when npm dies', async () => {
    const launch = `import { spawn } from 'node:child_process'
      spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(launcherCode(server(0)))}],
        { stdio: 'inherit', env: { ...process.env, npm_lifecycle_event: 'start' } })`
    const run = await started(launch)
    run.launcher.kill('SIGKILL')
    await expect.poll(run.output).toContain('got SIGTERM')
  })
})

describe('a program in the background', () => {
  it('is stopped first when the command is', async () => {
    const code = `import { runQuietly } from ${MODULE}
      const program = ${JSON.stringify(`process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000)`)}
      const options = { cwd: '/', env: process.env, onStart: () => console.log('ready') }
      runQuietly(process.execPath, ['-e', program], options).catch((error) => { process.exitCode = error.exitCode })`
    const run = await started(code)
    run.launcher.kill('SIGTERM')
    expect(await run.exitCode).toBe(128 + 15)
  })

  it('keeps both of its outputs and its exit code', async () => {
    const { runQuietly } = await import('./run-child.mjs')
    const program = `console.log('out'); console.error('err'); process.exitCode = 3`
    const { code, output } = await runQuietly(process.execPath, ['-e', program], { cwd: '/', env: process.env })
    expect(code).toBe(3)
    expect(output.split('\n').sort()).toEqual(['', 'err', 'out'])
  })
})

function launcherCode(program: string): string {
  return `import { runInForeground } from ${MODULE}
    process.exitCode = await runInForeground(process.execPath, ['-e', ${JSON.stringify(program)}],
      { cwd: '/', env: process.env })`
}

function startForeground(program: string) {
  return started(launcherCode(program))
}

/** Runs module code in a process of its own, until its output says that it is ready. */
async function started(code: string) {
  const launcher: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', code], {
    // A process group of its own, so that what a failing test leaves running can be ended.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: undefined },
  })
  if (launcher.pid !== undefined) startedGroups.push(launcher.pid)
  let text = ''
  launcher.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const exitCode = once(launcher, 'close').then(([status]) => status as number | null)
  await expect.poll(() => text).toContain('ready')
  return { launcher, exitCode, output: () => text }
}

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch (error) {
    // Usually everything has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
