import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AssetId } from '../../../src/core/ids.ts'
import { chooseTreatment } from '../../../src/core/transcoding/treatment.ts'
import { exchange } from './cloudv-app.ts'
import { type CmsApp, listParameter, startCmsApp } from './cms-app.ts'

const CONTENT = Buffer.from('not much of a song')
const NO_WISH = { workflowKey: undefined, profileKey: undefined, encrypt: false, audioOnly: false, passthrough: false }

type Item = Readonly<Record<string, string>> & Readonly<{ uploadToken: string; fileFullUrl: string }>
type Tokens = Readonly<{ uploadUrl: string; bucketName: string; httpDnsServer: string; items: readonly Item[] }>

/** The two kinds of files, with what differs in their calls. */
const KINDS = {
  audio: {
    token: '/vod/audioManage/getAudioUploadToken',
    list: '/vod/audioManage/getAudioList',
    edit: '/vod/audioManage/editAudio',
    remove: '/vod/audioManage/deleteAudio',
    id: 'audioId',
    editId: 'audioId',
    name: 'audioName',
    newName: 'audioName',
    members: 'audioGetListResponseList',
    overwrites: 1,
  },
  material: {
    token: '/vod/material/getMaterialUploadToken',
    list: '/vod/material/getMaterialList',
    edit: '/vod/material/materialEdit',
    remove: '/vod/material/deleteMaterial',
    id: 'materialId',
    editId: 'id',
    name: 'materialName',
    newName: 'name',
    members: 'materialList',
    overwrites: 0,
  },
} as const

let app: CmsApp

beforeAll(async () => {
  app = await startCmsApp()
})
afterAll(() => app.close())

async function upload(item: Item): Promise<AssetId> {
  const headers = { authorization: item.uploadToken, uploadbatch: 'b' }
  const made = await exchange(app.url, `/mkblk/${CONTENT.length}/0`, { headers, body: CONTENT })
  const { ctx } = JSON.parse(made.body) as { ctx: string }
  expect((await exchange(app.url, `/mkfile/${CONTENT.length}`, { headers, body: ctx })).status).toBe(200)
  return app.assetOf(item['audioId'] ?? item['materialId'] ?? '')
}

/** What the workers would do: the file lies in the store and was looked at. */
async function publish(assetId: AssetId): Promise<void> {
  const source = await app.makeReady(assetId)
  const { work, staging } = app.infrastructure
  const stored = await work.read.uploads.get(source.uploadId)
  if (stored === undefined) throw new Error('nothing was uploaded')
  const receipts = await work.read.uploads.receipts(stored.id)
  await staging.publish(stored.staging, source.blobKey, { sizeBytes: source.sizeBytes, receipts })
}

describe.each(Object.entries(KINDS))('%s files', (_kind, kind) => {
  const tokens = (files: readonly unknown[], more = {}) =>
    app.ask<Tokens>(kind.token, { fileList: listParameter(files), ...more })
  const list = async (parameters = {}) => {
    const data = await app.ask<Record<string, unknown>>(kind.list, parameters)
    return data[kind.members] as readonly Readonly<Record<string, unknown>>[]
  }
  const shownIds = async (parameters = {}) => (await list(parameters)).map((item) => item['audioId'] ?? item['id'])

  it('get a token each, are listed once they are there, and lie where that was said before', async () => {
    const { items, ...place } = await tokens([
      { name: 'first song', suffix: 'mp3' },
      { name: 'second', suffix: '.MP3' },
    ])
    expect(place).toEqual({ uploadUrl: app.url, bucketName: 'films', httpDnsServer: '' })
    expect(items.map(({ name, suffix }) => [name, suffix])).toEqual([
      ['first song', 'mp3'],
      ['second', 'mp3'],
    ])
    const [first, second] = items as [Item, Item]
    const id = first[kind.id]
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    const policy = JSON.parse(Buffer.from(first.uploadToken.split(':')[2] ?? '', 'base64').toString())
    expect(policy).toMatchObject({ overwrite: kind.overwrites, scope: expect.stringMatching(/^films:video\//) })
    expect(await shownIds({ [kind.id]: id })).toEqual([])
    expect((await fetch(first.fileFullUrl)).status).toBe(404)

    const assetId = await upload(first)
    expect(await shownIds({ [kind.id]: id })).toEqual([id])
    const uploaded = await app.infrastructure.work.read.uploads.newestForAsset(assetId)
    // Pictures and subtitles are no films, and kept all the same.
    expect(uploaded?.target).toMatchObject({ passthrough: true, anyFile: kind === KINDS.material })
    await publish(assetId)
    const answer = await fetch(first.fileFullUrl)
    expect([answer.status, await answer.text()]).toEqual([200, CONTENT.toString()])
    const { work } = app.infrastructure
    const [source] = await work.read.sources.listForAsset(assetId)
    const treatment = chooseTreatment({ ...NO_WISH, encrypt: true })
    await work.read.sources.update(source?.id as never, { treatment })
    expect((await fetch(first.fileFullUrl)).status).toBe(404)
    await work.read.sources.update(source?.id as never, { treatment: chooseTreatment(NO_WISH) })
    const [item] = await list({ [kind.id]: id })
    expect(item).toMatchObject({ suffix: 'mp3', url: first.fileFullUrl, createUser: '' })

    const spoilt = first.fileFullUrl.replace(id ?? '', second[kind.id] ?? '')
    expect((await fetch(spoilt)).status).toBe(404)
    const videos = await app.ask<{ videoListInfo: readonly unknown[] }>('/vod/videoManage/getVideoList', {
      pageSize: 50,
    })
    expect(videos.videoListInfo).toEqual([])
  })

  it('are found by name, renamed and deleted', async () => {
    const { items } = await tokens([{ name: 'Findable', suffix: 'mp3' }])
    const id = items[0]?.[kind.id] ?? ''
    await upload(items[0] as Item)
    expect(await shownIds({ [kind.name]: 'findab' })).toEqual([id])
    await app.ask(kind.edit, { [kind.editId]: id, [kind.newName]: 'Renamed', publishDomain: 'play.example' })
    expect(await shownIds({ [kind.name]: 'findab' })).toEqual([])
    expect(await shownIds({ [kind.name]: 'renamed' })).toEqual([id])
    expect(await app.ask(kind.remove, { [kind.editId]: id })).toBe('')
    expect(await shownIds({ [kind.name]: 'renamed' })).toEqual([])
    expect((await app.call(kind.remove, { [kind.editId]: id })).code).toBe(1000)
  })

  it.each<readonly [string, unknown, number]>([
    ['no list', undefined, 1004],
    ['a list that is none', 'eA', 1000],
    ['an empty list', listParameter([]), 1000],
    ['51 files', listParameter(Array(51).fill({ name: 'a', suffix: 'mp3' })), 1000],
    ['a file without a name', listParameter([{ suffix: 'mp3' }]), 1004],
    ['a name of 201 characters', listParameter([{ name: 'é'.repeat(201), suffix: 'mp3' }]), 1000],
    ['a suffix that is none', listParameter([{ name: 'a', suffix: '../x' }]), 1000],
  ])('refuse a token for %s', async (_name, fileList, code) => {
    expect(await app.call(kind.token, { fileList })).toEqual({ code, message: expect.stringMatching(/\S/) })
  })

  it('refuse an edit of none, and a name that is too long', async () => {
    expect((await app.call(kind.edit, {})).code).toBe(1004)
    expect((await app.call(kind.edit, { [kind.editId]: 'ab'.repeat(16) })).code).toBe(1000)
    const { items } = await tokens([{ name: 'Kept', suffix: 'mp3' }])
    const edit = { [kind.editId]: items[0]?.[kind.id], [kind.newName]: 'x'.repeat(41) }
    expect((await app.call(kind.edit, edit)).code).toBe(1000)
  })

  it('replace what is there only where the token says so', async () => {
    for (const overwrite of [true, false]) {
      const { items } = await tokens([{ name: 'Again', suffix: 'mp3' }], { overwrite })
      const policy = JSON.parse(Buffer.from(items[0]?.uploadToken.split(':')[2] ?? '', 'base64').toString())
      expect(policy.overwrite).toBe(overwrite ? 1 : 0)
    }
  })
})

describe('material files', () => {
  it('are a list of plain JSON too, without a suffix, and narrowed by suffix, domain and time', async () => {
    const { items } = await app.ask<Tokens>(KINDS.material.token, {
      fileList: [{ name: 'logo', suffix: 'png' }, { name: 'readme' }],
      domain: 'img.example',
    })
    for (const item of items) await upload(item)
    const names = async (parameters: Readonly<Record<string, unknown>>) => {
      const data = await app.ask<{ total: number; materialList: readonly { name: string }[] }>(
        KINDS.material.list,
        parameters,
      )
      expect(data.total).toBe(data.materialList.length)
      return data.materialList.map(({ name }) => name).toSorted()
    }
    const publishDomain = 'img.example'
    expect(await names({ publishDomain })).toEqual(['logo', 'readme'])
    expect(await names({ publishDomain, suffix: 'png' })).toEqual(['logo'])
    const nowS = Math.floor(Date.now() / 1_000)
    expect(await names({ publishDomain, uploadTimeStart: nowS - 600, uploadTimeEnd: nowS + 600 })).toHaveLength(2)
    expect(await names({ publishDomain, uploadTimeEnd: nowS - 600 })).toEqual([])
  })
})
