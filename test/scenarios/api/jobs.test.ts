import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AssetId } from '../../../src/core/ids.ts'
import type { ClaimedJob, JobKind } from '../../../src/core/jobs/job.ts'
import { SourceLifecycle } from '../../../src/core/library/source-lifecycle.ts'
import type { JobDocument } from '../../../src/http/api/jobs/job-schema.ts'
import { aMediaInfo } from '../../support/rows.ts'
import { type ApiApp, someBytes, startApiApp } from './api-app.ts'

let app: ApiApp
beforeAll(async () => {
  app = await startApiApp()
})
afterAll(() => app.close())

const get = (path: string, key = app.keys.apiKey) => app.call('GET', path, { key })
const post = (path: string, key = app.keys.apiKey) => app.call('POST', path, { key })
const ERROR = { code: 'unavailable', reason: 'stalled', message: 'No progress.', logTail: 'frame= 12' }

/** An asset whose file has arrived; its ingest waits. */
async function uploaded(): Promise<string> {
  const issued = await app.issue()
  await app.call('PUT', issued.urls.put, { body: someBytes(10) })
  return issued.asset.id
}

async function jobsOf(assetId: string): Promise<JobDocument[]> {
  return (await get(`/v1/assets/${assetId}/jobs`)).json?.['items'] as JobDocument[]
}

/** The asset's next job of that kind in a worker's hands. Others that lie about are ended. */
async function claim<Kind extends JobKind>(assetId: string, kind: Kind): Promise<ClaimedJob<Kind>> {
  const { queue, work, clock } = app.infrastructure
  for (;;) {
    const job = await queue.claim({ kinds: [kind], workerId: 'w', leaseMs: 60_000 })
    if (job === undefined) throw new Error(`no ${kind}`)
    if (job.assetId === (assetId as AssetId)) return job
    await work.transaction((tx) => tx.jobs.finish(job, clock.now()))
  }
}

function lifecycle(): SourceLifecycle {
  const { work, clock, random } = app.infrastructure
  return new SourceLifecycle({ work, clock, random })
}

describe('the work on an asset', () => {
  it('is listed with stage, state, progress and attempt', async () => {
    const id = await uploaded()
    const [job] = await jobsOf(id)
    expect(job).toEqual({
      id: expect.stringMatching(/^job_/),
      assetId: id,
      sourceId: expect.stringMatching(/^src_/),
      uploadId: null,
      kind: 'ingest',
      state: 'queued',
      progress: 0,
      attempt: 0,
      maxAttempts: 5,
      priority: 100,
      error: null,
      createdAt: expect.stringMatching(/Z$/),
      runAt: expect.stringMatching(/Z$/),
      startedAt: null,
      finishedAt: null,
    })
    const claimed = await claim(id, 'ingest')
    await app.infrastructure.queue.heartbeat(claimed, { leaseMs: 60_000, progress: 0.5 })
    const running = await get(`/v1/jobs/${job?.id}`)
    expect(running.json).toMatchObject({ state: 'running', progress: 0.5, attempt: 1 })
    expect(JSON.stringify(running.json)).not.toContain('"w"')
  })

  it('tells why a stage failed, runs only that again, and the asset is in work until it is ready', async () => {
    const id = await uploaded()
    await lifecycle().probed(await claim(id, 'ingest'), aMediaInfo())
    await lifecycle().failed(await claim(id, 'encode'), ERROR)
    expect((await get(`/v1/assets/${id}`)).json).toMatchObject({ state: 'failed', failure: { reason: 'stalled' } })
    const failed = (await jobsOf(id)).find(({ kind }) => kind === 'encode')
    expect(failed).toMatchObject({ state: 'failed', attempt: 1, error: ERROR, finishedAt: expect.any(String) })
    const retried = await post(`/v1/jobs/${failed?.id}/retry`)
    expect(retried).toMatchObject({ status: 200, json: { state: 'queued', attempt: 0 } })
    expect((await get(`/v1/assets/${id}`)).json).toMatchObject({ state: 'processing', failure: null })
    expect((await jobsOf(id)).map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual([
      'encode queued',
      'ingest done',
      'poster queued',
    ])
    await lifecycle().encoded(await claim(id, 'encode'), { renditions: [] }, 'p/')
    expect((await get(`/v1/assets/${id}`)).json).toMatchObject({ state: 'ready' })
  })

  it('runs everything that failed again with one request', async () => {
    const id = await uploaded()
    expect(await post(`/v1/assets/${id}/retry`)).toMatchObject({ status: 409, json: { code: 'state_conflict' } })
    await lifecycle().failed(await claim(id, 'ingest'), ERROR)
    const answer = await post(`/v1/assets/${id}/retry`)
    expect(answer).toMatchObject({ status: 200, json: { items: [{ kind: 'ingest', state: 'queued' }] } })
  })

  it('is stopped on request, and goes on when that is taken back', async () => {
    const id = await uploaded()
    const [job] = await jobsOf(id)
    expect(await post(`/v1/jobs/${job?.id}/cancel`)).toMatchObject({ status: 200, json: { state: 'cancelled' } })
    expect((await get(`/v1/assets/${id}`)).json).toMatchObject({ state: 'failed', failure: { reason: 'cancelled' } })
    expect(await post(`/v1/jobs/${job?.id}/retry`)).toMatchObject({ status: 200, json: { state: 'queued' } })
    expect((await get(`/v1/assets/${id}`)).json).toMatchObject({ state: 'processing', failure: null })
    await lifecycle().probed(await claim(id, 'ingest'), aMediaInfo())
    expect(await post(`/v1/jobs/${job?.id}/cancel`)).toMatchObject({ status: 409 })
    expect(await post(`/v1/jobs/${job?.id}/retry`)).toMatchObject({ status: 409 })
  })

  it('is nobody else’s to see or to stop', async () => {
    const id = await uploaded()
    const [job] = await jobsOf(id)
    const paths = [
      ['GET', `/v1/assets/${id}/jobs`],
      ['POST', `/v1/assets/${id}/retry`],
      ['GET', `/v1/jobs/${job?.id}`],
      ['POST', `/v1/jobs/${job?.id}/cancel`],
      ['POST', `/v1/jobs/${job?.id}/retry`],
    ] as const
    for (const [method, path] of paths) {
      expect(await app.call(method, path, { key: app.foreignKey })).toMatchObject({ status: 404 })
      expect(await app.call(method, path)).toMatchObject({ status: 401 })
    }
    expect(await jobsOf(id)).toMatchObject([{ state: 'queued' }])
  })

  it.each(['x', `job_${'0'.repeat(26)}`, `ast_${'0'.repeat(26)}`, '%00', '..%2fx'])('is 404 for %s', async (id) => {
    expect(await get(`/v1/jobs/${id}`)).toMatchObject({ status: 404, json: { code: 'not_found' } })
    expect(await post(`/v1/jobs/${id}/retry`)).toMatchObject({ status: 404 })
  })
})
