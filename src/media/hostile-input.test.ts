import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pictureBomb } from '../../test/support/media/hostile-files.ts'
import { processesNaming } from '../../test/support/media/processes.ts'
import { testFfmpeg } from '../../test/support/media/tools.ts'
import { planEncode } from '../core/transcoding/ladder.ts'
import { FfmpegMediaTools } from './ffmpeg-media-tools.ts'
import type { MediaLimits } from './media-limits.ts'

let directory: string
let film: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-bomb-'))
  film = join(directory, 'film')
  // Five pictures of 36 million pixels each, in a few kilobytes: just what is allowed.
  await writeFile(film, await pictureBomb(directory, 6_000))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function encodeWith(limits: Partial<MediaLimits>): Promise<unknown> {
  const tools = new FfmpegMediaTools({ ...(await testFfmpeg()), threads: 1, niceness: 0, limits })
  const { signal } = new AbortController()
  const plan = planEncode(await tools.probe(film, { signal }))
  const output = await mkdtemp(join(directory, 'out-'))
  return tools.encode(film, plan, output, { signal, onProgress: () => undefined })
}

it.each<[what: string, limits: Partial<MediaLimits>, reason: string]>([
  ['that takes longer than it may', { encodeTimeBaseMs: 50, encodeTimePerDuration: 0 }, 'timed_out'],
  ['that gives no sign of progress', { encodeStallMs: 50 }, 'stalled'],
])('ends an encode %s, and leaves no process', async (_, limits, reason) => {
  await expect(encodeWith(limits)).rejects.toMatchObject({ code: 'unavailable', details: { reason } })
  expect(await processesNaming(film)).toEqual([])
})

it('ends an encode that wants more memory than it may have, without harm to others', async () => {
  const refusal = expect(encodeWith({ encodeMemoryBytes: 96 * 1024 * 1024 })).rejects
  await refusal.toMatchObject({ code: expect.stringMatching(/^(unavailable|media_refused)$/) })
  expect(await processesNaming(film)).toEqual([])
})

it('ends an encode that writes a larger file than it may', async () => {
  await expect(encodeWith({ maxOutputFileBytes: 4096 })).rejects.toMatchObject({ code: 'media_refused' })
  expect(await processesNaming(film)).toEqual([])
})
