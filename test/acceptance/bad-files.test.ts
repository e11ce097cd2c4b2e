import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HostileFile, hostileFiles, SECRET, withFlippedBits } from '../support/media/hostile-files.ts'
import { makeClip } from '../support/media/make-media.ts'
import { createUpload, waitForAsset } from './support/client.ts'
import { processesIn } from './support/processes-in.ts'
import { type RunningServer, startServer } from './support/start-server.ts'

const KINDS = [
  'an empty file',
  'a text',
  'an MP4 cut before its index',
  'an MP4 cut after its index',
  'an HLS playlist',
  'an HLS playlist that leads to a server inside',
  'a list for the concat demuxer',
  'an MP4 with 3000 tracks',
  'pictures of 16 000 pixels',
  'an attached file alone',
  'a film without a moment',
  'a compressed index that unpacks to gigabytes',
  'a film whose pictures and sound are said to lie in another file',
]

const DEADLINE = { timeout: 60_000, interval: 100 }

let server: RunningServer
let directory: string
let files: readonly HostileFile[]

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-hostile-'))
  files = await hostileFiles(directory)
  server = await startServer()
})

afterAll(async () => {
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

describe('a file that is no video', () => {
  it.each(KINDS)('is refused with its reason: %s, renamed to .mp4', async (what) => {
    const file = files.find((one) => one.what === what) as HostileFile
    const { asset, urls } = await createUpload(server.url, { fileName: 'holiday.mp4' })
    const sent = await fetch(urls.put, { method: 'PUT', body: new Uint8Array(file.content) })
    expect(sent.status).toBe(200)
    const failed = await waitForAsset(server.url, asset.id, ({ state }) => state === 'failed' || state === 'ready')
    expect(failed.failure?.reason).toBe(file.reason)
    expect(failed.failure?.message).not.toBe('')
    expect(failed.playback).toBeNull()
    expect(JSON.stringify(failed)).not.toContain(SECRET)
  })

  it('that was a film until its bits were flipped plays to its end, or is refused with a reason', async () => {
    const film = await readFile(await makeClip(directory, 'plain'))
    const ends = await Promise.all(
      [97, 4_999].map(async (distance) => {
        const { asset, urls } = await createUpload(server.url, { fileName: 'holiday.mp4' })
        const body = new Uint8Array(withFlippedBits(film, distance))
        expect((await fetch(urls.put, { method: 'PUT', body })).status).toBe(200)
        return waitForAsset(server.url, asset.id, ({ state }) => state === 'failed' || state === 'ready')
      }),
    )
    for (const { state, failure, renditions } of ends) {
      if (state === 'failed') expect(failure).toMatchObject({ code: 'media_refused', reason: expect.any(String) })
      else expect(Math.max(...renditions.map(({ durationMs }) => durationMs))).toBeGreaterThan(1_400)
    }
  })

  it('leaves no process and no file behind, and the log does not hold what it pointed at', async () => {
    // Of what turned out to be a film, small pictures may still be made.
    const scratch = () => readdir(join(server.dataDirectory, 'scratch')).catch(() => [])
    await expect.poll(scratch, DEADLINE).toEqual([])
    await expect.poll(() => processesIn(server.dataDirectory), DEADLINE).toEqual([])
    expect(server.output()).not.toContain(SECRET)
  })
})
