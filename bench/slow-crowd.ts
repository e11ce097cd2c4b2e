import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gatherSlowCrowd } from '../test/acceptance/resilience/slow-crowd.ts'
import { type Figures, table } from './lib/report.ts'
import { sendFromMemory } from './lib/send.ts'
import { createUpload, reeldock } from './peers/index.ts'

const MIB = 1024 * 1024
const PORT = 18_080
/** With the one in three that adds another: 2 000 connections. */
const SLOW_UPLOADS = 1_500
const ISSUING_AT_ONCE = 50
const FILE = randomBytes(48 * MIB)
const FILES = 8

/** What two thousand clients that send a byte a second cost those who send at full speed. */
export async function crowd(rounds: number): Promise<string> {
  const results = new Map<string, Figures[]>([
    ['alone', []],
    ['among 2 000 slow clients', []],
  ])
  for (let round = 0; round < rounds; round++) {
    const directory = await mkdtemp(join(tmpdir(), 'bench-'))
    const server = await reeldock.start(directory, PORT)
    try {
      const slow: string[] = []
      while (slow.length < SLOW_UPLOADS) {
        const issue = () => createUpload(`http://127.0.0.1:${PORT}`, { fileName: 'slow.bin' })
        const issued = await Promise.all(Array.from({ length: ISSUING_AT_ONCE }, issue))
        slow.push(...issued.map(({ urls }) => urls.put))
      }
      const send = async (): Promise<Figures> => {
        let best = 0
        for (let file = 0; file < FILES; file++) {
          const plan = await server.plan(`file-${file}`, FILE.length)
          const startMs = performance.now()
          await sendFromMemory(plan, FILE)
          best = Math.max(best, FILE.length / MIB / ((performance.now() - startMs) / 1000))
        }
        return { 'fastest of 8 files, MiB/s': best }
      }
      results.get('alone')?.push(await send())
      const clients = await gatherSlowCrowd(slow)
      results.get('among 2 000 slow clients')?.push(await send())
      await clients.disperse()
    } finally {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    }
  }
  return table(results)
}
