import { createHash, randomBytes } from 'node:crypto'
import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createUpload, getJson, type UploadStatus, waitForAsset } from '../support/client.ts'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'
import { storedOriginals } from '../support/stored-original.ts'
import { type Answer, sendBytes } from './kill/send-bytes.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'

const MIB = 1024 * 1024
const DISK_MIB = 64
const BALLAST_MIB = 32

const probe = mountSmallDisk(1)
probe?.remove()

describe.skipIf(probe === undefined)('a disk that is too small', () => {
  let disk: SmallDisk
  let server: RunningServer
  let ballast: string

  beforeAll(async () => {
    disk = mountSmallDisk(DISK_MIB) as SmallDisk
    server = await startServer({ dataDirectory: disk.path, env: { REELDOCK_HEADROOM_BYTES: String(2 * MIB) } })
    ballast = join(disk.path, 'ballast')
    await writeFile(ballast, randomBytes(BALLAST_MIB * MIB))
  })
  afterAll(async () => {
    await server.stop()
    disk.remove()
  })

  it('refuses to promise room that it does not have, with 507 and the reason', async () => {
    const { bavail, bsize } = await statfs(disk.path)
    const response = await fetch(`${server.url}/v1/uploads`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEYS.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ fileName: 'film.bin', sizeBytes: bavail * bsize }),
    })
    expect(response.status).toBe(507)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await response.json()).toMatchObject({ code: 'storage_full', status: 507 })
  })

  it('that gets full in the middle of a file loses nothing, and the file goes on once there is room again', async () => {
    const file = randomBytes(44 * MIB)
    const { asset, urls } = await createUpload(server.url, { fileName: 'film.bin' })
    const { urls: other } = await createUpload(server.url, { fileName: 'other.bin' })
    const put = (start: number, end: number, size: number | '*' = '*'): Promise<Answer> => {
      const headers = { 'content-range': `bytes ${start}-${end - 1}/${size}` }
      return sendBytes({ method: 'PUT', url: urls.put, headers, body: file.subarray(start, end) })
    }
    expect((await put(0, 8 * MIB)).status).toBe(308)

    const refused = await put(8 * MIB, file.length)
    expect(refused.status, refused.text).toBe(507)
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'storage_full' })

    // Alive, and nothing that was acknowledged is gone.
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    const stored = (await getJson<UploadStatus>(urls.status)).contiguousBytes
    expect(stored).toBeGreaterThanOrEqual(8 * MIB)
    expect(stored).toBeLessThan(file.length)
    // Still full: refused again, and again nothing is lost.
    expect((await put(stored, file.length)).status).toBe(507)
    expect((await getJson<UploadStatus>(urls.status)).contiguousBytes).toBeGreaterThanOrEqual(stored)

    // The database has room yet: what would make room can be done.
    expect((await fetch(other.status, { method: 'DELETE' })).status).toBe(204)

    await rm(ballast)
    const { contiguousBytes } = await getJson<UploadStatus>(urls.status)
    expect((await put(contiguousBytes, file.length, file.length)).status).toBe(200)
    const { failure } = await waitForAsset(server.url, asset.id, ({ state }) => state === 'failed')
    expect(failure?.reason).toBe('not_media')
    expect(await storedOriginals(disk.path)).toEqual([createHash('sha256').update(file).digest('hex')])
    // New uploads are taken again, too.
    await createUpload(server.url, { fileName: 'next.bin', sizeBytes: MIB })
  })
})
