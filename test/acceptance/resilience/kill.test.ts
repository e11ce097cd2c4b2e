import { describe, expect, it } from 'vitest'
import { killAndResume, TRANSPORTS } from './kill/kill-and-resume.ts'

const MIB = 1024 * 1024

/** `npm run soak` does the same for hours, with larger files and seeds of its own. */
describe.each(TRANSPORTS)('a server killed while it takes a file by $name', (transport) => {
  it('keeps every byte it said it has, and ends up with exactly the file', async () => {
    const kills = 3
    const done = await killAndResume(transport, {
      seed: 20_260_101,
      kills,
      sizeBytes: { from: 34 * MIB, to: 48 * MIB },
    })
    expect(done.kills).toBe(kills)
  })
})
