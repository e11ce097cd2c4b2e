import type { RunningServer } from './start-server.ts'

export const LEAP_MS = 5 * 60_000

const PRELOAD = `
const now = Date.now
let aheadMs = 0
Date.now = () => now() + aheadMs
process.on('SIGUSR2', () => { aheadMs += ${LEAP_MS} })
`

/** For the environment of a server that is to be told to put its clock forward. */
export const LEAPING_CLOCK = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(PRELOAD)}` }

/** As if five minutes had gone by. Nothing may be under way that takes a lease: it would run out. */
export function leap({ pid }: RunningServer): void {
  process.kill(pid, 'SIGUSR2')
}
