import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AssetId, ProjectId } from '../../../src/core/ids.ts'
import { aMediaInfo, anAsset, anUpload, aSource } from '../../support/rows.ts'
import { type Answer, type ApiApp, startApiApp } from './api-app.ts'

let app: ApiApp
let projectId: ProjectId
beforeAll(async () => {
  app = await startApiApp()
  projectId = (await app.infrastructure.work.read.projects.first())?.id as ProjectId
})
afterAll(() => app.close())

const call = (method: string, path: string, json?: unknown, key = app.keys.apiKey): Promise<Answer> =>
  app.call(method, `/v1${path}`, { key, json })

async function assetWith(own: Parameters<typeof aSource>[1]): Promise<AssetId> {
  const { read } = app.infrastructure.work
  const asset = anAsset(projectId, { kind: 'video', metadata: { course: '7' } })
  const upload = anUpload(projectId, { assetId: asset.id, state: 'consumed' })
  await read.assets.insert(asset)
  await read.uploads.insert(upload, upload.id)
  const source = aSource(asset, { uploadId: upload.id, ...own })
  await read.sources.insert(source)
  if (source.readyAtMs !== undefined) await read.assets.update(asset.id, { currentSourceId: source.id }, 1)
  return asset.id
}

const ready = { media: aMediaInfo(), packagePrefix: 'x/', readyAtMs: 1 }

it('copies an asset, with what is wished to be other', async () => {
  const id = await assetWith(ready)
  const answer = await call('POST', `/assets/${id}/copy`, { title: 'Another', metadata: { course: null, year: '1' } })
  expect(answer.status).toBe(201)
  expect(answer.json).toMatchObject({ title: 'Another', state: 'ready', metadata: { year: '1' } })
  const copy = String(answer.json?.['id'])
  expect(answer.headers['location']).toBe(`${app.url}/v1/assets/${copy}`)
  expect((await call('DELETE', `/assets/${id}`)).status).toBe(204)
  expect((await call('GET', `/assets/${copy}`)).json).toMatchObject({ state: 'ready', source: { sizeBytes: 1_000 } })
})

it('gives an asset the file of another one', async () => {
  const [from, into] = [await assetWith({ ...ready, fileName: 'new.mp4' }), await assetWith(ready)]
  const { status, json } = await call('POST', `/assets/${into}/versions`, { fromAssetId: from, activation: 'manual' })
  expect(status).toBe(201)
  expect(json).toMatchObject({ version: 2, fileName: 'new.mp4', activation: 'manual' })
  expect((await call('GET', `/assets/${into}/versions`)).json).toMatchObject({
    items: [{ version: 2 }, { version: 1 }],
  })
})

it('has a copy of what is on its way wait for it', async () => {
  const { status, json } = await call('POST', `/assets/${await assetWith({})}/copy`, {})
  expect(status).toBe(201)
  expect(json).toMatchObject({ state: 'waiting', source: null })
})

type Refusal = readonly [what: string, which: () => Promise<string>, body: object, status: number]
const REFUSALS: readonly Refusal[] = [
  ['what is not there', async () => 'ast_01k0example000000000000000', {}, 404],
  ['what failed', () => assetWith({ failure: { code: 'media_refused', reason: 'not_media', message: '' } }), {}, 409],
  ['a body with unknown members', () => assetWith(ready), { name: 'x' }, 400],
  ['categories that are not there', () => assetWith(ready), { categories: ['cat_01k0example000000000000000'] }, 404],
]

it.each(REFUSALS)('refuses to copy %s', async (_, which, body, status) => {
  const answer = await call('POST', `/assets/${await which()}/copy`, body)
  expect(answer.status).toBe(status)
  expect(answer.headers['content-type']).toContain('application/problem+json')
})

it('copies nothing of other projects', async () => {
  const [id, other] = [await assetWith(ready), await assetWith(ready)]
  expect((await call('POST', `/assets/${id}/copy`, {}, app.foreignKey)).status).toBe(404)
  expect((await call('POST', `/assets/${id}/versions`, { fromAssetId: other }, app.foreignKey)).status).toBe(404)
})
