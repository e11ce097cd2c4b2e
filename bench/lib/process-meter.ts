import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100

/** A server under measurement: its processor time and peak memory are the kernel's figures, read from outside. */
export class MeteredProcess {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Starts the command and resolves once `url` answers anything. */
  static async start(
    command: string,
    args: readonly string[],
    options: Readonly<{ url: string; env?: Readonly<Record<string, string>> }>,
  ): Promise<MeteredProcess> {
    const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...options.env }
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env })
    for (let tries = 0; tries < 600; tries++) {
      if (child.exitCode !== null) throw new Error(`${args.join(' ')} exited with ${child.exitCode}`)
      const answers = await fetch(options.url).then(
        () => true,
        () => false,
      )
      if (answers) return new MeteredProcess(child)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    child.kill('SIGKILL')
    throw new Error(`${args.join(' ')} did not answer`)
  }

  /** User and system time so far. */
  cpuSeconds(): number {
    const text = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces; user and system ticks are fields 14 and 15.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  }

  peakMemoryMiB(): number {
    const text = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
    return Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024
  }

  residentMiB(): number {
    const text = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000)
    await exited
    clearTimeout(timer)
  }
}
