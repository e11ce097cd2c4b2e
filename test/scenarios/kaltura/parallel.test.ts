import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type KalturaApp, startKalturaApp } from './kaltura-app.ts'

/** Small: parallel-upload.test.ts of the acceptance suite sends 200 MiB the same way. */
const CHUNK = 64 * 1024
const CHUNKS = 40
const AT_ONCE = 6

let app: KalturaApp

beforeAll(async () => {
  app = await startKalturaApp({ finalChunkWaitMs: 110_000 })
})

afterAll(() => app.close())

const at = (resumeAt: number, finalChunk = 0) => ({ resume: 1, finalChunk, resumeAt })

it('takes forty chunks shuffled, some twice, six at a time, the final one first', async () => {
  const content = randomBytes(CHUNKS * CHUNK)
  const chunk = (index: number): Buffer => content.subarray(index * CHUNK, (index + 1) * CHUNK)
  const token = await app.newToken(app.user, { fileName: 'long.mp4', fileSize: CHUNKS * CHUNK })
  const entry = await app.call('media.add', { ks: app.user, entry: { mediaType: 1 } })
  const resource = { objectType: 'KalturaUploadedFileTokenResource', token }
  await app.call('media.addContent', { ks: app.user, entryId: entry['id'], resource })
  await app.chunk(app.user, token, chunk(0), { resume: 0, finalChunk: 0, resumeAt: 0 })

  const final = app.chunk(app.user, token, chunk(CHUNKS - 1), at((CHUNKS - 1) * CHUNK, 1))
  const middle = Array.from({ length: CHUNKS - 2 }, (_, i) => i + 1)
  // 7 has no divisor in common with the number of chunks: every one of them once, far from its neighbours.
  const shuffled = middle.map((_, i) => middle[(i * 7) % middle.length] ?? 0)
  const queue = shuffled.flatMap((index) => (index % 5 === 0 ? [index, index] : [index]))
  const work = async (): Promise<void> => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      const answer = await app.chunk(app.user, token, chunk(index), at(index * CHUNK))
      expect(answer).toMatchObject({ uploadedFileSize: expect.stringMatching(/^\d+$/) })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE - 1 }, work))
  expect(await final).toMatchObject({ status: 3, uploadedFileSize: String(CHUNKS * CHUNK) })

  expect((await app.content(token)).equals(content)).toBe(true)

  expect(await app.call('media.get', { ks: app.user, entryId: entry['id'] })).toMatchObject({ status: 1 })
  const { projectId } = await app.upload(token)
  const events = await app.infrastructure.work.read.outbox.list(projectId, 100)
  expect(events.map(({ event }) => event.type)).toEqual(['upload.created', 'upload.completed'])
})
