import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AssetId, ProjectId } from '../../../src/core/ids.ts'
import { anAsset, aSource } from '../../support/rows.ts'
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

/** An asset that plays, with as many versions as asked for, the first of which is the one that plays. */
async function readyAsset(title: string, versions = 1): Promise<AssetId> {
  const { read } = app.infrastructure.work
  const asset = anAsset(projectId, { title, kind: 'video' })
  await read.assets.insert(asset)
  for (let version = 1; version <= versions; version++) {
    const source = aSource(asset, { version, packagePrefix: 'x/', readyAtMs: 1 })
    await read.sources.insert(source)
    if (version === 1) await read.assets.update(asset.id, { currentSourceId: source.id }, asset.createdAtMs)
  }
  return asset.id
}

async function made(path: string, body: object): Promise<string> {
  const { status, json } = await call('POST', path, body)
  expect(status).toBe(201)
  return json?.['id'] as string
}

describe('editing assets', () => {
  it('changes what is said, and adds to metadata', async () => {
    const id = await readyAsset('before')
    const edit = { title: 'after', tags: ['x'], enabled: false, metadata: { course: '7' } }
    expect((await call('PATCH', `/assets/${id}`, edit)).json).toMatchObject(edit)
    const { json } = await call('PATCH', `/assets/${id}`, { metadata: { course: null, year: '2030' } })
    expect(json).toMatchObject({ title: 'after', metadata: { year: '2030' } })
  })

  it.each([
    ['an empty title', { title: '' }, 400],
    ['a member that does not exist', { tittle: 'x' }, 400],
    ['tags that are no list', { tags: 'x' }, 400],
    ['metadata that is no text', { metadata: { a: { b: 1 } } }, 400],
    ['a category that is not there', { categories: ['cat_01k0example000000000000000'] }, 404],
  ])('refuses %s', async (_, edit, status) => {
    const answer = await call('PATCH', `/assets/${await readyAsset('kept')}`, edit)
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })

  it('takes a disabled asset off the air, and puts it on again', async () => {
    const id = await readyAsset('switched')
    const { json = {} } = await call('GET', `/assets/${id}`)
    const { hls } = json['playback'] as { hls: string }
    expect((await app.call('GET', hls)).status).toBe(200)
    expect((await call('PATCH', `/assets/${id}`, { enabled: false })).json).toMatchObject({ playback: null })
    expect((await app.call('GET', hls)).status).toBe(404)
    await call('PATCH', `/assets/${id}`, { enabled: true })
    expect((await app.call('GET', hls)).status).toBe(200)
  })

  it('is not for other projects', async () => {
    const id = await readyAsset('mine')
    expect((await call('PATCH', `/assets/${id}`, { title: 'theirs' }, app.foreignKey)).status).toBe(404)
    expect((await call('GET', `/assets/${id}`)).json).toMatchObject({ title: 'mine' })
  })
})

describe('searching assets', () => {
  it('finds by text, state, category with what is below, channel and tag, on numbered pages', async () => {
    const top = await made('/categories', { name: 'top' })
    const below = await made('/categories', { name: 'below', parentId: top })
    const channel = await made('/channels', { name: 'search' })
    const ids = [await readyAsset('needle one'), await readyAsset('needle two')]
    await call('PATCH', `/assets/${ids[0]}`, { categories: [below], tags: ['Fresh'] })
    await call('PUT', `/assets/${ids[1]}/placements/${channel}`)
    const found = async (query: string) => {
      const { json = {} } = await call('GET', `/assets/search?${query}`)
      return { titles: (json['items'] as { title: string }[]).map(({ title }) => title), total: json['total'] }
    }
    expect(await found('q=NEEDLE&order=title_asc')).toEqual({ titles: ['needle one', 'needle two'], total: 2 })
    expect(await found('q=needle&order=title_asc&perPage=1&page=2')).toEqual({ titles: ['needle two'], total: 2 })
    expect(await found('q=needle&perPage=1&page=3')).toEqual({ titles: [], total: 2 })
    expect(await found(`category=${top}`)).toEqual({ titles: ['needle one'], total: 1 })
    expect(await found(`channel=${channel}`)).toEqual({ titles: ['needle two'], total: 1 })
    expect(await found('tag=fresh')).toEqual({ titles: ['needle one'], total: 1 })
    expect(await found('q=needle&state=failed')).toEqual({ titles: [], total: 0 })
  })

  it.each(['page=0', 'perPage=501', 'order=random', 'state=odd', 'page=100001'])('refuses %s', async (query) => {
    expect((await call('GET', `/assets/search?${query}`)).status).toBe(400)
  })

  it('refuses a page that lies too deep', async () => {
    const { status, text } = await call('GET', '/assets/search?page=100000&perPage=500')
    expect(status).toBe(400)
    expect(text).toContain('100000')
  })
})

describe('categories', () => {
  it('are made, moved, mapped to channels, listed as a tree, and deleted', async () => {
    const parent = await made('/categories', { name: 'A' })
    const child = await made('/categories', { name: 'B', parentId: parent })
    const channel = await made('/channels', { name: 'mapped' })
    expect((await call('PUT', `/categories/${child}/channels/${channel}`)).status).toBe(204)
    const list = (await call('GET', '/categories')).json?.['items'] as { id: string }[]
    const ids = list.map(({ id }) => id)
    expect(ids.indexOf(child)).toBe(ids.indexOf(parent) + 1)
    expect(list[ids.indexOf(child)]).toMatchObject({ name: 'B', parentId: parent, channels: [channel], assetCount: 0 })
    const moved = await call('PATCH', `/categories/${child}`, { parentId: null, name: 'C', description: 'Of letters' })
    expect(moved.json).toMatchObject({ name: 'C', parentId: null, description: 'Of letters' })
    expect((await call('DELETE', `/categories/${child}/channels/${channel}`)).status).toBe(204)
    expect((await call('DELETE', `/categories/${child}`)).status).toBe(204)
    expect((await call('DELETE', `/categories/${child}`)).status).toBe(404)
  })

  it('and channels say how files that go there are treated', async () => {
    for (const place of ['categories', 'channels']) {
      const wish = { workflow: 'encrypted', profile: 'mobile' }
      const id = await made(`/${place}`, { name: 'Protected', ...wish })
      const kept = await call('PATCH', `/${place}/${id}`, { name: 'Renamed' })
      expect(kept.json).toMatchObject({ name: 'Renamed', ...wish })
      const changed = await call('PATCH', `/${place}/${id}`, { workflow: null, profile: 'standard' })
      expect(changed.json).toMatchObject({ workflow: null, profile: 'standard' })
      const unknown = await call('PATCH', `/${place}/${id}`, { profile: 'nothing' })
      expect(unknown).toMatchObject({ status: 400, json: { setting: 'profile' } })
      const none = await call('POST', `/${place}`, { name: 'x', workflow: 'nothing' })
      expect(none).toMatchObject({ status: 400, json: { setting: 'workflow' } })
    }
  })

  it('cannot be moved below themselves', async () => {
    const id = await made('/categories', { name: 'loop' })
    expect((await call('PATCH', `/categories/${id}`, { parentId: id })).status).toBe(409)
  })
})

describe('channels', () => {
  it('are made, changed, found and deleted', async () => {
    const id = await made('/channels', { name: 'Staff only', policy: { isPublic: true }, metadata: { a: '1' } })
    const edit = { enabled: false, policy: { refererDomains: ['lms.example.com'] }, metadata: { b: '2' } }
    const { json } = await call('PATCH', `/channels/${id}`, edit)
    const policy = { isPublic: true, refererDomains: ['lms.example.com'] }
    expect(json).toMatchObject({ name: 'Staff only', enabled: false, policy, metadata: { a: '1', b: '2' } })
    expect((await call('GET', `/channels/${id}`)).json).toEqual(json)
    expect((await call('GET', '/channels?q=STAFF')).json).toMatchObject({ total: 1, items: [{ id }] })
    expect((await call('DELETE', `/channels/${id}`)).status).toBe(204)
    expect((await call('GET', `/channels/${id}`)).status).toBe(404)
  })
})

describe('publishing', () => {
  it('gives an asset a key in a channel, which keeps playing when the asset is exchanged and back', async () => {
    const channel = await made('/channels', { name: 'main' })
    const [before, after] = [await readyAsset('before'), await readyAsset('after')]
    const placed = await call('PUT', `/assets/${before}/placements/${channel}`)
    expect(placed).toMatchObject({ status: 200, json: { channelId: channel, assetId: before, previousAssetId: null } })
    const key = placed.json?.['key'] as string
    expect((await call('GET', `/assets/${before}/placements`)).json).toMatchObject({ items: [{ key }] })
    const replaced = await call('POST', `/placements/${key}/replace`, { assetId: after })
    expect(replaced.json).toMatchObject({ key, assetId: after, previousAssetId: before })
    expect((await call('POST', `/placements/${key}/restore`)).json).toMatchObject({ key, assetId: before })
    expect((await call('DELETE', `/assets/${before}/placements/${channel}`)).status).toBe(204)
    expect((await call('POST', `/placements/${key}/restore`)).status).toBe(404)
  })

  it('tells why an exchange is impossible', async () => {
    const channel = await made('/channels', { name: 'refusing' })
    const [one, two] = [await readyAsset('one'), await readyAsset('two')]
    const key = (await call('PUT', `/assets/${one}/placements/${channel}`)).json?.['key']
    await call('PUT', `/assets/${two}/placements/${channel}`)
    const { status, json } = await call('POST', `/placements/${key}/replace`, { assetId: two })
    expect(status).toBe(409)
    expect(json).toMatchObject({ reason: 'already_there' })
  })
})

describe('a token', () => {
  it('files and publishes what becomes of its file', async () => {
    const [category, channel] = [await made('/categories', { name: 'c' }), await made('/channels', { name: 'c' })]
    const issued = await app.issue({ categories: [category], channels: [channel], activation: 'manual' })
    const { read } = app.infrastructure.work
    const upload = await read.uploads.newestForAsset(issued.asset.id as AssetId)
    expect(upload?.target).toMatchObject({ categoryIds: [category], channelIds: [channel], activation: 'manual' })
    await app.call('PUT', issued.urls.put, { body: 'bytes' })
    const filed = await read.categories.ofAssets([issued.asset.id as AssetId])
    expect([...filed.values()]).toEqual([[category]])
  })

  it.each([
    ['a category', { categories: ['cat_01k0example000000000000000'] }],
    ['a channel', { channels: ['nonsense'] }],
  ])('is not issued for %s that is not there', async (_, wanted) => {
    expect((await call('POST', '/uploads', { fileName: 'a.mp4', ...wanted })).status).toBe(404)
  })
})

describe('versions of a file', () => {
  it('are listed, chosen and given up', async () => {
    const id = await readyAsset('versions', 3)
    const list = async () =>
      ((await call('GET', `/assets/${id}/versions`)).json?.['items'] ?? []) as { id: string; state: string }[]
    const [third, second, first] = await list()
    expect((await list()).map(({ state }) => state)).toEqual(['ready', 'ready', 'playing'])
    const chosen = await call('POST', `/assets/${id}/versions/${second?.id}/activate`)
    expect(chosen.json).toMatchObject({ state: 'playing' })
    expect((await call('DELETE', `/assets/${id}/versions/${second?.id}`)).status).toBe(409)
    expect((await call('DELETE', `/assets/${id}/versions/${third?.id}`)).status).toBe(204)
    expect((await call('POST', `/assets/${id}/versions/${first?.id}/activate`)).json).toMatchObject({
      state: 'playing',
    })
    expect((await list()).map(({ state }) => state)).toEqual(['ready', 'playing'])
  })
})
