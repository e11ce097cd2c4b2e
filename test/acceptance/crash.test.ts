import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runFfmpeg } from '../support/media/make-media.ts'
import { createUpload, curl, getJson, type UploadStatus, waitForAsset, waitUntilReady } from './support/client.ts'
import { processesIn } from './support/processes-in.ts'
import { type RunningServer, startServer } from './support/start-server.ts'
import { storedOriginals } from './support/stored-original.ts'

const MIB = 1024 * 1024

let server: RunningServer
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-crash-'))
  // What was under way when it was killed is taken up again that soon.
  server = await startServer({ env: { REELDOCK_JOB_LEASE_SECONDS: '5' } })
})

afterEach(async () => {
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

/** Begins a PUT that announces all of `file` and sends `bytes` of it, then stalls. Never answers. */
async function beginPut(url: string, file: Buffer, bytes: number): Promise<() => void> {
  const put = request(url, { method: 'PUT', headers: { 'content-length': file.length } })
  put.on('error', () => undefined)
  if (!put.write(file.subarray(0, bytes))) await once(put, 'drain')
  return () => put.destroy()
}

describe('kill -9', () => {
  it('while bytes arrive loses none that was reported as stored, and the client goes on from there', async () => {
    const file = randomBytes(120 * MIB)
    const { urls } = await createUpload(server.url, { fileName: 'big.bin', sizeBytes: file.length })
    const end = await beginPut(urls.put, file, 100 * MIB)
    let reported = 0
    for (const untilMs = Date.now() + 30_000; reported < 32 * MIB && Date.now() < untilMs; ) {
      reported = (await getJson<UploadStatus>(urls.status)).contiguousBytes
    }
    expect(reported).toBeGreaterThanOrEqual(32 * MIB)
    server = await server.crashAndRestart()
    end()

    const after = await getJson<UploadStatus>(urls.status)
    expect(after.state).toBe('receiving')
    expect(after.contiguousBytes).toBeGreaterThanOrEqual(reported)
    // Asking and going on as resumable clients of the Content-Range kind do.
    const asked = await fetch(urls.put, { method: 'PUT', headers: { 'content-range': `bytes */${file.length}` } })
    expect(asked.status).toBe(308)
    const from = Number(asked.headers.get('range')?.split('-')[1]) + 1
    expect(from).toBe(after.contiguousBytes)
    const rest = file.subarray(from)
    const range = `bytes ${from}-${file.length - 1}/${file.length}`
    const done = await fetch(urls.put, { method: 'PUT', headers: { 'content-range': range }, body: rest })
    expect(done.status).toBe(200)
    const { asset } = (await done.json()) as UploadStatus
    // Noise is no video: it is refused, but its bytes were all there.
    const failed = await waitForAsset(server.url, asset?.id ?? '', ({ state }) => state === 'failed')
    expect(failed.failure?.reason).toBe('not_media')
    expect(await storedOriginals(server.dataDirectory)).toEqual([createHash('sha256').update(file).digest('hex')])
  })

  it('while encoding needs no help: the encode starts again and finishes, once, and no encoder is left behind', async () => {
    const clip = join(directory, 'clip.mp4')
    const picture = ['-f', 'lavfi', '-t', '20', '-i', 'testsrc2=size=640x360:rate=30']
    await runFfmpeg([...picture, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', clip])
    const { asset, urls } = await createUpload(server.url, { fileName: 'clip.mp4' })
    await curl('-T', clip, urls.put)
    await waitForAsset(server.url, asset.id, ({ stage, progress }) => stage === 'encoding' && progress > 0.1)
    const scratch = join(server.dataDirectory, 'scratch')
    expect(await processesIn(scratch)).not.toEqual([])

    server = await server.crashAndRestart()
    const ready = await waitUntilReady(server.url, asset.id)
    expect(ready.durationMs).toBe(20_000)
    // Its small pictures may still be made.
    await expect.poll(() => readdir(scratch)).toEqual([])
    expect(await processesIn(scratch)).toEqual([])
    const packages = join(server.dataDirectory, 'blobs', 'sources')
    const [source] = await readdir(packages)
    expect(await readdir(join(packages, source ?? '', 'packages'))).toHaveLength(1)
  })
})

describe.each(['SIGTERM', 'SIGHUP'] as const)('%s', (signal) => {
  it('ends a running upload at a durable offset, exits with 0, and the upload goes on after the restart', async () => {
    const file = randomBytes(8 * MIB)
    const { urls } = await createUpload(server.url, { fileName: 'a.bin', sizeBytes: file.length })
    const end = await beginPut(urls.put, file, 6 * MIB)
    const isSent = async () => (await getJson<UploadStatus & { sentBytes: number }>(urls.status)).sentBytes >= 6 * MIB
    for (const untilMs = Date.now() + 20_000; !(await isSent()) && Date.now() < untilMs; );
    expect(await server.stop(signal)).toBe(0)
    end()
    server = await server.crashAndRestart()
    expect((await getJson<UploadStatus>(urls.status)).contiguousBytes).toBe(6 * MIB)
  })
})
