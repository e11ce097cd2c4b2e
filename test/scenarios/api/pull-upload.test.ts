import { Readable } from 'node:stream'
import { setImmediate as tick } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { UploadId } from '../../../src/core/ids.ts'
import type { ClaimedJob } from '../../../src/core/jobs/job.ts'
import { SourceLifecycle } from '../../../src/core/library/source-lifecycle.ts'
import type { IssuedUploadDocument, UploadStatus } from '../../../src/http/api/uploads/upload-schema.ts'
import { SystemRandom } from '../../../src/system/system-random.ts'
import { createWorkers } from '../../../src/workers/create-workers.ts'
import { fakeMediaTools } from '../../support/fake-media-tools.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type RemoteServer, serveBeginning, serveFile, startRemoteServer } from '../../support/remote-server.ts'
import { type ApiApp, someBytes, startApiApp, storedBytes } from './api-app.ts'

const MIB = 1024 * 1024
const DEADLINE = { timeout: 30_000, interval: 10 }
const FILM = someBytes(300_000)
const NEVER = new AbortController().signal

type Options = NonNullable<Parameters<typeof startApiApp>[0]>

/** An app that may pull from this machine. Jobs are taken by the test, one by one. */
async function openApp(own: Options = {}): Promise<ApiApp> {
  const app = await startApiApp({ pullAllow: '127.0.0.1', ...own, limits: { headroomBytes: 0, ...own.limits } })
  onTestFinished(() => app.close())
  return app
}

const pull = (app: ApiApp, json: object, headers: Record<string, string> = {}) =>
  app.call('POST', '/v1/uploads/pull', { key: app.keys.apiKey, json, headers })

async function issue(app: ApiApp, url: string, own: object = {}): Promise<IssuedUploadDocument> {
  const answer = await pull(app, { url, ...own })
  expect(answer.status, answer.text).toBe(201)
  return answer.json as IssuedUploadDocument
}

async function claim({ infrastructure }: ApiApp, leaseMs = 15_000): Promise<ClaimedJob<'pull'>> {
  const job = await infrastructure.queue.claim({ kinds: ['pull'], workerId: 'here', leaseMs })
  if (job === undefined) throw new Error('there is no pull to do')
  return job
}

const attempt = async (app: ApiApp, signal = NEVER): Promise<void> =>
  app.services.pulls.attempt(await claim(app), { signal, reportProgress: () => undefined })

/** An attempt that ends without the file; the job is due again at once. */
async function failingAttempt(app: ApiApp): Promise<unknown> {
  const job = await claim(app)
  const error = await app.services.pulls.attempt(job, { signal: NEVER, reportProgress: () => undefined }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  await app.infrastructure.queue.retry(job, { code: 'c', reason: 'r', message: 'm' }, 0)
  return error
}

/** An attempt during which the connection breaks once `sentBytes` of the file have come. */
async function brokenAttempt(app: ApiApp, issued: IssuedUploadDocument, server: RemoteServer, sentBytes: number) {
  const [ended] = await Promise.all([
    failingAttempt(app),
    expect
      .poll(async () => (await app.status(issued)).sentBytes, DEADLINE)
      .toBe(sentBytes)
      .then(server.breakOff),
  ])
  return ended
}

/** The workers of the product, with media tools that find a film in everything. */
async function startWorkers({ infrastructure, services }: ApiApp): Promise<void> {
  const { work, clock } = infrastructure
  const lifecycle = new SourceLifecycle({ work, clock, random: new SystemRandom() })
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const scratchDirectory = `${infrastructure.blobs.directory}/scratch`
  const parts = {
    ...infrastructure,
    lifecycle,
    pulls: services.pulls,
    media: fakeMediaTools(),
    logger,
    scratchDirectory,
  }
  const workers = createWorkers({ ...parts, pollMs: 20, limits: { ingest: 0, encode: 0, poster: 0 } })
  onTestFinished(() => workers.stop())
  await workers.start()
}

describe('asking for a file', () => {
  it('answers like any other new upload, and keeps the address to itself', async () => {
    const app = await openApp()
    const url = 'https://user:hush@media.example.com/videos/Ferien%20am%20Meer.mp4?signature=hush'
    const answer = await pull(app, { url, title: 'Ferien' })
    expect(answer.status).toBe(201)
    const issued = answer.json as IssuedUploadDocument
    expect(issued).toMatchObject({ state: 'pending', asset: { id: expect.stringMatching(/^ast_/) } })
    const status = await app.call('GET', issued.urls.status)
    expect(status.json).toMatchObject({
      fileName: 'Ferien am Meer.mp4',
      state: 'pending',
      pull: { state: 'queued', attempt: 0, nextAttemptAt: null, totalBytes: null, problem: null },
    })
    expect(answer.text + status.text).not.toContain('hush')
    const rows = await app.infrastructure.database.db.selectFrom('pulls').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain('hush')
  })

  it.each([
    ['ftp://example.com/a', 400],
    ['file:///etc/passwd', 400],
    ['http://10.0.0.1/a', 400],
    ['http://[::1]/a', 400],
    ['http://0xa9fea9fe/latest/meta-data', 400],
    ['http://exa mple.com/', 400],
    ['', 400],
  ])('is refused at once for %s', async (url, status) => {
    const app = await openApp()
    const answer = await pull(app, { url })
    expect(answer.status).toBe(status)
    expect(await app.infrastructure.queue.claim({ kinds: ['pull'], workerId: 'w', leaseMs: 1 })).toBeUndefined()
  })

  it('needs an API key', async () => {
    const app = await openApp()
    expect((await app.call('POST', '/v1/uploads/pull', { json: { url: 'https://example.com/' } })).status).toBe(401)
  })

  it('makes one upload and one job however often it is repeated with its key', async () => {
    const app = await openApp()
    const headers = { 'idempotency-key': 'pull-1' }
    const first = await pull(app, { url: 'https://example.com/a.mp4' }, headers)
    expect((await pull(app, { url: 'https://example.com/a.mp4' }, headers)).text).toBe(first.text)
    expect((await pull(app, { url: 'https://example.com/b.mp4' }, headers)).status).toBe(409)
    await claim(app)
    await expect(claim(app)).rejects.toThrow('no pull')
  })
})

describe('pulling', () => {
  it('brings the file through the workers to its asset, and forgets the address', async () => {
    const app = await openApp()
    const server = await startRemoteServer(serveFile(FILM))
    const issued = await issue(app, `${server.url}/film.mp4`)
    await startWorkers(app)
    await expect.poll(async () => (await app.status(issued)).state, DEADLINE).toBe('consumed')
    await expect.poll(async () => (await app.status(issued)).pull?.state, DEADLINE).toBe('done')
    expect(await app.status(issued)).toMatchObject({ sizeBytes: FILM.length, asset: { state: 'processing' } })
    expect((await storedBytes(app, issued.id)).equals(FILM)).toBe(true)
    expect(await app.infrastructure.work.read.pulls.get(issued.id as UploadId)).toBeUndefined()
  })

  it('brings a file whose length nobody says', async () => {
    const app = await openApp()
    const server = await startRemoteServer((_request, response) => response.write(FILM, () => response.end()))
    const issued = await issue(app, server.url)
    await attempt(app)
    expect((await storedBytes(app, issued.id)).equals(FILM)).toBe(true)
  })

  it('goes on after a break from where it was, without asking for the same bytes twice', async () => {
    const app = await openApp()
    const server = await startRemoteServer(serveBeginning(100_000, FILM))
    const issued = await issue(app, server.url)
    const error = await brokenAttempt(app, issued, server, 100_000)
    expect(error).toMatchObject({ code: 'unavailable', details: { reason: 'remote_broke_off' } })
    expect(await app.status(issued)).toMatchObject({
      contiguousBytes: 100_000,
      sizeBytes: null,
      pull: { attempt: 1, totalBytes: FILM.length, problem: { code: 'c', message: 'm' } },
    })
    server.handle(serveFile(FILM))
    await attempt(app)
    expect(server.requests[1]?.headers).toMatchObject({ range: 'bytes=100000-', 'if-range': '"v1"' })
    expect((await storedBytes(app, issued.id)).equals(FILM)).toBe(true)
  })

  it('does not count breaks after which enough had arrived', async () => {
    const app = await openApp()
    const large = someBytes(3 * MIB)
    const server = await startRemoteServer(serveBeginning(MIB, large))
    const issued = await issue(app, server.url)
    const pulling = attempt(app)
    for (const sentBytes of [MIB, 2 * MIB]) {
      await expect.poll(async () => (await app.status(issued)).sentBytes, DEADLINE).toBe(sentBytes)
      server.breakOff()
    }
    await pulling
    expect(server.requests.map(({ headers }) => headers.range)).toEqual([
      undefined,
      `bytes=${MIB}-`,
      `bytes=${2 * MIB}-`,
    ])
    expect((await storedBytes(app, issued.id)).equals(large)).toBe(true)
  })

  it.each([
    ['changed, and is longer', someBytes(350_000).reverse()],
    ['changed, and is shorter', someBytes(50_000).reverse()],
  ])('begins again when the file %s meanwhile', async (_what, changed) => {
    const app = await openApp()
    const server = await startRemoteServer(serveBeginning(100_000, FILM))
    const issued = await issue(app, server.url)
    await brokenAttempt(app, issued, server, 100_000)
    server.handle(serveFile(changed, '"v2"'))
    await attempt(app)
    expect((await storedBytes(app, issued.id)).equals(changed)).toBe(true)
  })

  it('begins again when versions cannot be told apart, or ranges are not known', async () => {
    const app = await openApp()
    const server = await startRemoteServer(serveBeginning(100_000, FILM, ''))
    const issued = await issue(app, server.url)
    await brokenAttempt(app, issued, server, 100_000)
    const changed = Buffer.from(FILM).reverse()
    server.handle((_request, response) => response.writeHead(200, { 'content-length': changed.length }).end(changed))
    await attempt(app)
    expect(server.requests[1]?.headers.range).toBeUndefined()
    expect((await storedBytes(app, issued.id)).equals(changed)).toBe(true)
  })

  it('finishes without another request when only the end was not noted', async () => {
    const app = await openApp()
    const server = await startRemoteServer(serveBeginning(FILM.length - 1, FILM))
    const issued = await issue(app, server.url)
    await brokenAttempt(app, issued, server, FILM.length - 1)
    const id = issued.id as UploadId
    const rest = { isLast: false, isPull: true, body: Readable.from([FILM.subarray(-1)]) }
    await app.services.uploads.receive(id, { offset: FILM.length - 1, ...rest })
    await attempt(app)
    expect(server.requests).toHaveLength(1)
    expect((await storedBytes(app, issued.id)).equals(FILM)).toBe(true)
  })

  it('refuses the bytes of a worker whose job was given to another', async () => {
    const app = await openApp()
    const server = await startRemoteServer((_request, response) => {
      response.writeHead(200, { 'content-length': FILM.length, etag: '"v1"' }).write(FILM.subarray(0, 1_000))
    })
    const issued = await issue(app, server.url)
    const stale = await claim(app, 0)
    const late = app.services.pulls.attempt(stale, { signal: NEVER, reportProgress: () => undefined })
    await expect.poll(async () => (await app.status(issued)).sentBytes, DEADLINE).toBe(1_000)
    await claim(app)
    server.breakOff()
    await expect(late).rejects.toMatchObject({ code: 'lease_lost' })
    expect((await app.status(issued)).receivedBytes).toBe(0)
  })

  it('ends at a durable offset when the worker stops', async () => {
    const app = await openApp()
    const server = await startRemoteServer((_request, response) => {
      response.writeHead(200, { 'content-length': FILM.length, etag: '"v1"' }).write(FILM.subarray(0, 1_000))
    })
    const issued = await issue(app, server.url)
    const stop = new AbortController()
    const stopped = attempt(app, stop.signal)
    await expect.poll(async () => (await app.status(issued)).sentBytes, DEADLINE).toBe(1_000)
    stop.abort(new Error('draining'))
    await expect(stopped).rejects.toThrow()
    expect((await app.status(issued)).contiguousBytes).toBe(1_000)
    await expect.poll(server.connections, DEADLINE).toBe(0)
  })

  it('ends when the upload is deleted, also while nothing arrives', async () => {
    const app = await openApp()
    const server = await startRemoteServer(() => undefined)
    const issued = await issue(app, server.url)
    const pulling = attempt(app)
    await expect.poll(() => server.requests.length, DEADLINE).toBe(1)
    expect((await app.call('DELETE', `/v1/uploads/${issued.id}`, { key: app.keys.apiKey })).status).toBe(204)
    await pulling
    await expect.poll(server.connections, DEADLINE).toBe(0)
    expect(await app.infrastructure.work.read.jobs.pullOf(issued.id as UploadId)).toMatchObject({ state: 'done' })
    expect(await app.infrastructure.work.read.pulls.get(issued.id as UploadId)).toBeUndefined()
  })
})

describe('a slow server', () => {
  it('is given up, what came is kept, and it is tried again', async () => {
    const app = await openApp({ limits: { idleTimeoutMs: 500 } })
    const server = await startRemoteServer(serveBeginning(100_000, FILM))
    const issued = await issue(app, server.url)
    expect(await failingAttempt(app)).toMatchObject({ code: 'client_too_slow' })
    await expect.poll(server.connections, DEADLINE).toBe(0)
    expect(await app.status(issued)).toMatchObject({ state: 'receiving', contiguousBytes: 100_000 })
    expect((await app.status(issued)).pull).toMatchObject({ state: 'queued', nextAttemptAt: expect.any(String) })
  })

  it('is given up for good when the time for all of it is over', async () => {
    const clock = new ManualClock(Date.UTC(2030, 0, 1))
    const app = await openApp({ clock, limits: { idleTimeoutMs: 3_600_000, slowWindowMs: 3_600_000 } })
    const server = await startRemoteServer(serveBeginning(1_000, FILM))
    const issued = await issue(app, server.url, { expiresInSeconds: 60 })
    const ended = failingAttempt(app)
    await expect.poll(async () => (await app.status(issued)).sentBytes, DEADLINE).toBe(1_000)
    await clock.advance(61_000)
    expect(await ended).toMatchObject({ code: 'token_expired' })
    const status = await app.call('GET', `/v1/uploads/${issued.id}`, { key: app.keys.apiKey })
    expect(status.json).toMatchObject({ state: 'expired' })
    await expect.poll(server.connections, DEADLINE).toBe(0)
  })
})

describe('a pull that cannot succeed', () => {
  const refusals: [string, object, (app: ApiApp) => Promise<string>, string][] = [
    [
      'is not there',
      {},
      async () => (await startRemoteServer((_, response) => response.writeHead(404).end())).url,
      'not_found',
    ],
    [
      'is not for us',
      {},
      async () => (await startRemoteServer((_, response) => response.writeHead(403).end())).url,
      'forbidden',
    ],
    [
      'is larger than allowed',
      { maxSizeBytes: 1_000 },
      async () => (await startRemoteServer(serveFile(FILM))).url,
      'too_large',
    ],
    [
      'is larger than allowed, which it did not say',
      { maxSizeBytes: 1_000 },
      async () => (await startRemoteServer((_, response) => response.write(FILM, () => response.end()))).url,
      'too_large',
    ],
    [
      'has another size than declared',
      { sizeBytes: 1_000 },
      async () => (await startRemoteServer(serveFile(FILM))).url,
      'length_mismatch',
    ],
    [
      'has another digest',
      { sha256: 'ab'.repeat(32) },
      async () => (await startRemoteServer(serveFile(FILM))).url,
      'checksum_mismatch',
    ],
    [
      'is of another type',
      { allowedTypes: ['video/*'] },
      async () => (await startRemoteServer(serveFile(Buffer.from('%PDF-1.7 paper')))).url,
      'type_not_allowed',
    ],
    [
      'redirects in circles',
      {},
      async () => (await startRemoteServer((_, response) => response.writeHead(302, { location: '/' }).end())).url,
      'invalid_argument',
    ],
  ]
  it.each(refusals)('because the file %s, fails the upload and says why', async (_what, own, serve, code) => {
    const app = await openApp()
    const issued = await issue(app, await serve(app), own)
    await startWorkers(app)
    await expect.poll(async () => (await app.status(issued)).state, DEADLINE).toBe('failed')
    expect(await app.status(issued)).toMatchObject({
      failure: { code, message: expect.any(String) },
      asset: { state: 'failed' },
      pull: { state: 'failed', attempt: 1, problem: { code } },
    })
    expect(await app.infrastructure.work.read.pulls.get(issued.id as UploadId)).toBeUndefined()
  })

  it('because the address is closed, is tried again like one that leads nowhere', async () => {
    const server = await startRemoteServer(serveFile(FILM))
    const app = await openApp({ pullAllow: '127.0.0.2' })
    const messages: unknown[] = []
    for (const host of ['localhost', 'no-such-host.invalid']) {
      const issued = await issue(app, `http://${host}:${server.port}/`)
      expect(await failingAttempt(app)).toMatchObject({
        code: 'unavailable',
        details: { reason: 'address_unreachable' },
      })
      const status: UploadStatus = await app.status(issued)
      messages.push({ ...status.pull, nextAttemptAt: null })
      await app.services.uploads.remove(issued.id as UploadId)
      await attempt(app)
    }
    expect(messages[0]).toEqual(messages[1])
    expect(server.requests).toEqual([])
  })
})

describe('an upload that is pulled', () => {
  it('takes no byte and no word about its end from clients, who interrupt nothing', async () => {
    const app = await openApp()
    let finish = (): void => undefined
    const server = await startRemoteServer((_request, response) => {
      response.writeHead(200, { 'content-length': FILM.length, etag: '"v1"' }).write(FILM.subarray(0, 1_000))
      finish = () => response.end(FILM.subarray(1_000))
    })
    const issued = await issue(app, server.url)
    const conflict = { status: 409, json: { reason: 'upload_is_pulled' } }
    expect(await app.call('PUT', issued.urls.put, { body: FILM })).toMatchObject(conflict)
    const pulling = attempt(app)
    await expect.poll(async () => (await app.status(issued)).sentBytes, DEADLINE).toBe(1_000)
    expect(await app.call('PUT', issued.urls.put, { body: FILM })).toMatchObject(conflict)
    expect(await app.call('POST', `/v1/uploads/${issued.id}/complete`, { key: app.keys.apiKey })).toMatchObject(
      conflict,
    )
    expect((await app.call('HEAD', issued.urls.put)).status).toBeLessThan(300)
    await tick()
    finish()
    await pulling
    expect(server.requests).toHaveLength(1)
    expect((await storedBytes(app, issued.id)).equals(FILM)).toBe(true)
  })
})
