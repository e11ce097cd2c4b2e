import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AssetId } from '../../../src/core/ids.ts'
import { chooseTreatment } from '../../../src/core/transcoding/treatment.ts'
import { aMediaInfo, anAsset, aRendition, aSource } from '../../support/rows.ts'
import { type Answer, type ApiApp, startApiApp } from './api-app.ts'

let app: ApiApp
beforeAll(async () => {
  app = await startApiApp()
})
afterAll(() => app.close())

const UNKNOWN = 'ast_01k0example000000000000000'
const NO_WISH = { workflowKey: undefined, profileKey: undefined, encrypt: false, audioOnly: false, passthrough: false }

type Wish = Partial<Parameters<typeof chooseTreatment>[0]>

const post = (path: string, json: unknown, key = app.keys.apiKey): Promise<Answer> =>
  app.call('POST', `/v1${path}`, { key, json })
const itemsOf = async (path: string): Promise<Record<string, unknown>[]> =>
  (await app.call('GET', `/v1${path}`, { key: app.keys.apiKey })).json?.['items'] as Record<string, unknown>[]

/** An asset as it plays after its upload: in one size of the two that it could have, unless others are named. */
async function playing(names: readonly string[] = ['360p'], wish: Wish = {}): Promise<AssetId> {
  const issued = await app.issue({ fileName: 'talk.mp4' })
  await app.call('PUT', issued.urls.put, { body: 'film' })
  const { work, clock } = app.infrastructure
  const assetId = issued.asset.id as AssetId
  const [source] = await work.read.sources.listForAsset(assetId)
  if (source === undefined) throw new Error('the upload made no source')
  const treatment = chooseTreatment({ ...NO_WISH, ...wish })
  await work.transaction(async (tx) => {
    await tx.sources.update(source.id, { media: aMediaInfo(), treatment, packagePrefix: 'x/', readyAtMs: clock.now() })
    const renditions = names.map((name) => aRendition(source, { name, playlist: `${name}/index.m3u8` }))
    await tx.sources.setRenditions(source.id, renditions)
    await tx.assets.update(assetId, { currentSourceId: source.id }, clock.now())
  })
  return assetId
}

function expectProblem(answer: Answer, status: number, members: Record<string, unknown>): void {
  expect(answer.headers['content-type']).toContain('application/problem+json')
  expect([answer.status, answer.json]).toEqual([status, expect.objectContaining(members)])
}

describe('adding the sizes of another profile', () => {
  it('is a stage of the work, asked for once however often, while the asset plays', async () => {
    const id = await playing()
    const answer = await post(`/assets/${id}/renditions`, { profile: 'mobile' })
    expect(answer).toMatchObject({ status: 202, json: { id, state: 'ready', renditions: [{ name: '360p' }] } })
    expect(answer.json?.['playback']).not.toBeNull()
    expect((await post(`/assets/${id}/renditions`, { profile: 'mobile' })).status).toBe(202)
    const encodes = (await itemsOf(`/assets/${id}/jobs`)).filter(({ kind }) => kind === 'encode')
    expect(encodes).toMatchObject([{ state: 'queued' }])
  })

  it.each([
    ['a profile that is not there', { profile: 'nothing' }, 404, { code: 'not_found' }],
    ['a profile that makes no sizes', { profile: 'audio' }, 409, { code: 'state_conflict', reason: 'not_adaptive' }],
    ['no profile', {}, 400, { code: 'invalid_argument' }],
    ['a key that none can have', { profile: '../x' }, 400, { code: 'invalid_argument' }],
    ['members that do not exist', { profile: 'mobile', size: 1 }, 400, { code: 'invalid_argument' }],
  ])('by %s is refused', async (_, body, status, members) => {
    expectProblem(await post(`/assets/${await playing()}/renditions`, body), status, members)
  })

  it('is refused where nothing plays yet, and where nothing can be added', async () => {
    const waiting = (await app.issue()).asset.id
    const body = { profile: 'mobile' }
    expectProblem(await post(`/assets/${waiting}/renditions`, body), 409, { reason: 'not_ready' })
    const sound = await playing(['audio'], { audioOnly: true })
    expectProblem(await post(`/assets/${sound}/renditions`, body), 409, { reason: 'not_adaptive' })
    const complete = await playing(['360p', '240p'])
    expectProblem(await post(`/assets/${complete}/renditions`, body), 409, { reason: 'nothing_new' })
  })

  it('is nobody else’s to ask for', async () => {
    const id = await playing()
    const body = { profile: 'mobile' }
    expectProblem(await post(`/assets/${id}/renditions`, body, app.foreignKey), 404, { code: 'not_found' })
    expectProblem(await post(`/assets/${UNKNOWN}/renditions`, body), 404, { code: 'not_found' })
    expectProblem(await post('/assets/x/renditions', body), 404, { code: 'not_found' })
    expectProblem(await post(`/assets/${id}/renditions`, body, 'rd_none'), 401, { code: 'unauthenticated' })
  })
})

describe('removing a rendition', () => {
  const remove = (id: string, name: string, key = app.keys.apiKey) =>
    app.call('DELETE', `/v1/assets/${id}/renditions/${name}`, { key })

  it('takes it out of what plays', async () => {
    const id = await playing(['720p', '360p'])
    expect(await remove(id, '720p')).toMatchObject({ status: 204, text: '' })
    const left = await app.call('GET', `/v1/assets/${id}`, { key: app.keys.apiKey })
    expect(left.json).toMatchObject({ state: 'ready', renditions: [{ name: '360p' }] })
    expectProblem(await remove(id, '720p'), 404, { code: 'not_found' })
  })

  it('is refused for the last one, and where nothing plays', async () => {
    expectProblem(await remove(await playing(), '360p'), 409, { code: 'state_conflict', reason: 'last' })
    const waiting = (await app.issue()).asset.id
    expectProblem(await remove(waiting, '360p'), 409, { code: 'state_conflict', reason: 'not_ready' })
  })

  it('is nobody else’s to ask for', async () => {
    const id = await playing(['720p', '360p'])
    expectProblem(await remove(id, '720p', app.foreignKey), 404, { code: 'not_found' })
    expectProblem(await remove('x', '720p'), 404, { code: 'not_found' })
    expectProblem(await remove(id, '720p', 'rd_none'), 401, { code: 'unauthenticated' })
  })
})

describe('processing the file of an asset once more', () => {
  it('makes a version of it, and the one before plays on until that one can', async () => {
    const id = await playing()
    const answer = await post(`/assets/${id}/reprocess`, { workflow: 'encrypted', profile: 'mobile' })
    expect(answer).toMatchObject({ status: 202, json: { version: 2, state: 'processing', fileName: 'talk.mp4' } })
    expect((await itemsOf(`/assets/${id}/versions`)).map(({ version, state }) => [version, state])).toEqual([
      [2, 'processing'],
      [1, 'playing'],
    ])
    const ingest = (await itemsOf(`/assets/${id}/jobs`)).find(({ sourceId }) => sourceId === answer.json?.['id'])
    expect(ingest).toMatchObject({ kind: 'ingest', state: 'queued' })
    const [upload] = await uploadsOf(id)
    expect(upload?.target).toMatchObject({ workflowKey: 'encrypted', profileKey: 'mobile' })
  })

  it('names nothing and is done as the last time', async () => {
    const id = await playing()
    expect(await post(`/assets/${id}/reprocess`, {})).toMatchObject({ status: 202, json: { version: 2 } })
  })

  it.each([
    ['a workflow that is not there', { workflow: 'nothing' }, 404, { code: 'not_found', missing: 'workflow' }],
    ['a profile that is not there', { profile: 'nothing' }, 404, { code: 'not_found', missing: 'profile' }],
    ['a language that is none', { burnInLanguage: 'Korean!' }, 400, { code: 'invalid_argument' }],
    ['members that do not exist', { profle: 'mobile' }, 400, { code: 'invalid_argument' }],
    ['a list', [], 400, { code: 'invalid_argument' }],
  ])('with %s is refused', async (_, body, status, members) => {
    expectProblem(await post(`/assets/${await playing()}/reprocess`, body), status, members)
  })

  it('is refused while a version is under way, and where there is no file', async () => {
    const id = await playing()
    await post(`/assets/${id}/reprocess`, {})
    expectProblem(await post(`/assets/${id}/reprocess`, {}), 409, { code: 'state_conflict', reason: 'processing' })
    const { work } = app.infrastructure
    const project = await work.read.projects.first()
    const empty = anAsset(project?.id as never)
    await work.read.assets.insert(empty)
    await work.read.sources.insert(aSource(empty, { failure: { code: 'x', reason: 'not_media', message: 'No film.' } }))
    expectProblem(await post(`/assets/${empty.id}/reprocess`, {}), 409, { code: 'state_conflict', reason: 'no_media' })
  })

  it('is nobody else’s to ask for', async () => {
    const id = await playing()
    expectProblem(await post(`/assets/${id}/reprocess`, {}, app.foreignKey), 404, { code: 'not_found' })
    expectProblem(await post(`/assets/${UNKNOWN}/reprocess`, {}), 404, { code: 'not_found' })
    expectProblem(await post('/assets/x/reprocess', {}), 404, { code: 'not_found' })
    expectProblem(await post(`/assets/${id}/reprocess`, {}, 'rd_none'), 401, { code: 'unauthenticated' })
  })
})

async function uploadsOf(assetId: AssetId) {
  const { read } = app.infrastructure.work
  const sources = await read.sources.listForAsset(assetId)
  return Promise.all(sources.map(({ uploadId }) => read.uploads.get(uploadId)))
}
