import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { clockContract } from '../../test/contract/clock.ts'
import { SystemClock } from './system-clock.ts'

// This one suite has to let real time pass: real time is what it tests.
clockContract('system', () => ({ clock: new SystemClock(), pass: realTime }))

async function realTime(durationMs: number): Promise<void> {
  const untilMs = Date.now() + durationMs
  while (Date.now() < untilMs) await delay(untilMs - Date.now())
}

it('goes on at half speed while the machine’s clock has been set back, and follows it again afterwards', () => {
  let wallMs = 1_000_000
  let steadyMs = 50
  const clock = new SystemClock({ wallMs: () => wallMs, steadyMs: () => steadyMs })
  const pass = (durationMs: number): number => {
    wallMs += durationMs
    steadyMs += durationMs
    return clock.now()
  }
  expect(pass(1_000)).toBe(1_001_000)
  wallMs -= 600
  expect(clock.now()).toBe(1_001_000)
  expect(pass(200)).toBe(1_001_100)
  expect(pass(200)).toBe(1_001_200)
  expect(pass(2_000)).toBe(1_002_800)
  expect(pass(10)).toBe(1_002_810)
})

it('follows a clock that was set forward', () => {
  let wallMs = 1_000
  const clock = new SystemClock({ wallMs: () => wallMs, steadyMs: () => 0 })
  wallMs += 3_600_000
  expect(clock.now()).toBe(3_601_000)
})

it('does not keep the process alive', async () => {
  const url = new URL('./system-clock.ts', import.meta.url).href
  const script = `const { SystemClock } = await import(${JSON.stringify(url)}); new SystemClock().after(3_600_000, () => {})`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
})
