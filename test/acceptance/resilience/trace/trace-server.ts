import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { parseTrace, type SystemCall } from './system-call-trace.ts'

const CALLS = 'fdatasync,fsync,sendto,sendmsg,write,writev,pwritev,pwritev2,pwrite64'

/** Runs `act` while the system calls of process `pid` are written to `file`; resolves with them, in order. */
export async function traced(pid: number, file: string, act: () => Promise<void>): Promise<readonly SystemCall[]> {
  const strace = spawn('strace', ['-f', '-yy', '-s', '64', '-e', `trace=${CALLS}`, '-o', file, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await untilAttached(strace)
  const exited = once(strace, 'exit')
  try {
    await act()
  } finally {
    strace.kill('SIGINT')
    await exited
  }
  return parseTrace(await readFile(file, 'utf8'))
}

async function untilAttached(strace: ChildProcess): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    strace.on('error', reject)
    strace.on('exit', () => reject(new Error(`strace ended: ${said}`)))
    strace.stderr?.on('data', (text: Buffer) => {
      said += text.toString()
      if (said.includes('attached')) resolve()
    })
  })
}
