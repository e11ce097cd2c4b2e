import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HostileFile, hostileFiles, SECRET } from '../support/media/hostile-files.ts'
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
]

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

  it('leaves no process and no file behind, and the log does not hold what it pointed at', async () => {
    expect(await processesIn(server.dataDirectory)).toEqual([])
    expect(await readdir(join(server.dataDirectory, 'scratch')).catch(() => [])).toEqual([])
    expect(server.output()).not.toContain(SECRET)
  })
})
