import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { findNetworkIsolation } from './network-isolation.ts'
import { captureProcess } from './process-runner.ts'

const isolation = await findNetworkIsolation()

/** Tries to connect to a server on this machine; says how that went. */
async function connect(own: readonly string[] | undefined): Promise<{ stdout: string; visitors: number }> {
  let visitors = 0
  const server = createServer((socket) => {
    visitors += 1
    socket.destroy()
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const program = `const s = require('node:net').connect(${port}, '127.0.0.1')
    s.on('connect', () => console.log('connected')).on('error', (e) => console.log(e.code)).on('data', () => {})`
  const { stdout } = await captureProcess({
    command: process.execPath,
    args: ['-e', program],
    signal: AbortSignal.timeout(30_000),
    timeLimitMs: 30_000,
    limits: { niceness: 0, isolation: own },
  })
  return { stdout, visitors }
}

it('lets a tool reach the network of this machine when it is not isolated', async () => {
  expect(await connect(undefined)).toEqual({ stdout: 'connected', visitors: 1 })
})

it.runIf(isolation !== undefined)('lets an isolated tool reach nothing, not even this machine', async () => {
  const { stdout, visitors } = await connect(isolation)
  expect(stdout).toMatch(/^E[A-Z]+$/)
  expect(visitors).toBe(0)
})

it.runIf(isolation !== undefined)('tells as before when the command does not exist', async () => {
  const outcome = await captureProcess({
    command: '/nowhere/ffmpeg',
    args: [],
    signal: AbortSignal.timeout(30_000),
    timeLimitMs: 30_000,
    limits: { niceness: 0, isolation },
  })
  expect(outcome.exitCode).toBe(127)
})
