import { beforeEach, describe, expect, it } from 'vitest'
import { freshSqlite, unitOfWorkOn } from '../../../../../test/support/database.ts'
import { aCategory, anAsset, aProject, aSource, START_MS } from '../../../../../test/support/rows.ts'
import type { AssetSnapshot, DomainEvent } from '../../../../core/events.ts'
import { newId } from '../../../../core/ids.ts'
import type { Asset } from '../../../../core/library/asset.ts'
import { OPEN_POLICY } from '../../../../core/library/channel.ts'
import type { UnitOfWork } from '../../../../core/ports/unit-of-work.ts'
import { judge } from '../../../../core/webhooks/delivery-policy.ts'
import type { Endpoint } from '../../../../core/webhooks/endpoint.ts'
import { SystemRandom } from '../../../../system/system-random.ts'
import { channelKey } from '../keys.ts'
import { KOLLUS_POLICY, kollusFormat } from './kollus-format.ts'

const random = new SystemRandom()
const URL_OF_RECEIVER = 'https://cms.example/kollus'
const project = aProject()
const projectId = project.id
const channelId = newId('channel', START_MS, random)
const placementId = newId('placement', START_MS, random)
const UPLOAD_FILE_KEY = '20260301-k3v9x2ab'

let work: UnitOfWork
let asset: Asset

beforeEach(async () => {
  work = unitOfWorkOn((await freshSqlite()).open())
  const { read } = work
  await read.projects.insert(project)
  await read.credentials.put({ projectId, dialect: 'kollus', lookup: 'x', secrets: { serviceAccountKey: 'acme' } })
  asset = anAsset(projectId, { title: '강의 1 & 2' })
  await read.assets.insert(asset)
  await read.sources.insert({ ...aSource(asset), fileName: 'a b.mp4' })
  const name = { namespace: 'kollus.upload_file_key', key: UPLOAD_FILE_KEY }
  await read.externalKeys.insert({ projectId, ...name, subjectId: asset.id })
  for (const [i, text] of ['2026', 'Spring'].entries()) {
    const times = { createdAtMs: START_MS, updatedAtMs: START_MS, position: 0 }
    const parentId = i === 0 ? undefined : (await read.categories.all(projectId))[0]?.id
    const id = newId('category', START_MS + i, random)
    await read.categories.insert({ ...aCategory(projectId), id, parentId, name: text, ...times })
    if (i === 1) await read.categories.addAsset(id, asset.id, START_MS)
  }
})

const snapshot = (): AssetSnapshot => ({
  title: asset.title,
  fileName: 'a b.mp4',
  categoryPath: ['2026', 'Spring'],
  names: { 'kollus.upload_file_key': UPLOAD_FILE_KEY },
})

async function formOf(event: DomainEvent): Promise<Record<string, string> | undefined> {
  const endpoint = { url: URL_OF_RECEIVER } as Endpoint
  const recorded = { id: newId('event', START_MS, random), projectId, atMs: START_MS, event }
  const request = await kollusFormat({ read: work.read }).render(recorded, endpoint)
  if (request === undefined) return undefined
  expect(request).toMatchObject({
    method: 'POST',
    url: URL_OF_RECEIVER,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  return Object.fromEntries(new URLSearchParams(request.body))
}

const placed = () => ({
  placementId,
  key: 'Ab12Cd34',
  channelId,
  channelName: 'Public',
  assetId: asset.id,
  asset: snapshot(),
})
const PLACED_FIELDS = {
  content_provider_key: 'acme',
  full_filename: '/2026/Spring/a b.mp4',
  filename: '강의 1 & 2',
  upload_file_key: UPLOAD_FILE_KEY,
  media_content_key: 'Ab12Cd34',
  channel_key: channelKey(channelId),
  channel_name: 'Public',
  profile_key: '',
}

describe('a platform callback', () => {
  it('tells that a file was uploaded, with its name and folder', async () => {
    const uploadId = newId('upload', START_MS, random)
    expect(await formOf({ type: 'upload.completed', uploadId, assetId: asset.id, sizeBytes: 1 })).toEqual({
      content_provider_key: 'acme',
      full_filename: '/2026/Spring/a b.mp4',
      filename: 'a b.mp4',
      upload_file_key: UPLOAD_FILE_KEY,
    })
  })

  it.each([
    ['asset.ready', 'success'],
    ['asset.failed', 'fail'],
  ] as const)('tells of %s as %s', async (type, result) => {
    const event = { type, assetId: asset.id, sourceId: newId('source', START_MS, random), reason: 'not_media' }
    expect(await formOf(event)).toEqual({
      content_provider_key: 'acme',
      filename: 'a b.mp4',
      upload_file_key: UPLOAD_FILE_KEY,
      transcoding_result: result,
    })
  })

  it.each([
    ['placement.created', 'add'],
    ['placement.deleted', 'delete'],
  ] as const)('tells of %s with both keys, as %s', async (type, update_type) => {
    expect(await formOf({ type, ...placed() })).toEqual({ ...PLACED_FIELDS, update_type })
  })

  it('tells of an exchange under the key that stays', async () => {
    const previousAssetId = newId('asset', START_MS, random)
    const form = await formOf({ type: 'placement.replaced', previousAssetId, ...placed() })
    expect(form).toEqual({ ...PLACED_FIELDS, update_type: 'update' })
  })

  it('names the profiles of what plays, in the account’s words', async () => {
    const source = { ...aSource(asset), id: newId('source', START_MS + 1, random), version: 2, fileName: 'b.mp4' }
    await work.read.sources.insert({ ...source, uploadId: newId('upload', START_MS, random) })
    await work.read.assets.update(asset.id, { currentSourceId: source.id }, START_MS)
    const further = [{ profileKey: 'tiny', made: ['144p'] }, { profileKey: 'none', made: [] }, { profileKey: 'waits' }]
    for (const [treatment, keys] of [
      [{ profileKey: 'pc1-hd' }, 'acme-pc1-hd'],
      [{ profileKey: 'pc1-hd', further }, 'acme-pc1-hd|acme-tiny'],
    ] as const) {
      await work.read.sources.update(source.id, { treatment: treatment as never })
      expect((await formOf({ type: 'placement.created', ...placed() }))?.['profile_key']).toBe(keys)
    }
  })

  it('tells of edited metadata with the first channel it is in, and none where it is in none', async () => {
    const updated = { type: 'asset.updated', assetId: asset.id, changes: ['title'] } as const
    const nowhere = { media_content_key: '', channel_key: '', channel_name: '', profile_key: '' }
    expect(await formOf(updated)).toEqual({ ...PLACED_FIELDS, ...nowhere, update_type: 'update' })
    const times = { createdAtMs: START_MS, updatedAtMs: START_MS, position: 0 }
    const own = { name: 'Public', description: '', isEnabled: true, policy: OPEN_POLICY, metadata: {} }
    await work.read.channels.insert({ id: channelId, projectId, ...own, ...times })
    const placement = {
      id: placementId,
      projectId,
      channelId,
      assetId: asset.id,
      key: 'Ab12Cd34',
      createdAtMs: START_MS,
    }
    await work.read.placements.insert({ ...placement, previousAssetId: undefined })
    expect(await formOf(updated)).toEqual({ ...PLACED_FIELDS, update_type: 'update' })
  })

  it('tells that an asset is gone by what it was', async () => {
    await work.read.assets.delete(asset.id)
    const nowhere = { media_content_key: '', channel_key: '', channel_name: '', profile_key: '' }
    const form = await formOf({ type: 'asset.deleted', assetId: asset.id, asset: snapshot() })
    expect(form).toEqual({ ...PLACED_FIELDS, ...nowhere, update_type: 'delete' })
    expect(await formOf({ type: 'asset.deleted', assetId: asset.id })).toBeUndefined()
    expect(await formOf({ type: 'asset.updated', assetId: asset.id, changes: ['title'] })).toBeUndefined()
  })

  it('says nothing of what the vendor tells nobody', async () => {
    const uploadId = newId('upload', START_MS, random)
    expect(await formOf({ type: 'upload.created', uploadId, assetId: asset.id })).toBeUndefined()
    expect(await formOf({ type: 'upload.completed', uploadId, assetId: undefined, sizeBytes: 1 })).toBeUndefined()
  })

  it('counts only as told when it was answered with 200, and is repeated three times, five minutes apart', () => {
    const verdict = (status: number | undefined, tries: number) =>
      judge(KOLLUS_POLICY, { status, retryAfterMs: 60_000_000 }, { tries, failingForMs: 1e12, chance: 1 })
    expect(verdict(200, 0)).toEqual({ state: 'delivered' })
    for (const status of [undefined, 201, 204, 301, 302, 404, 410, 500]) {
      for (const tries of [0, 1, 2]) expect(verdict(status, tries)).toEqual({ state: 'pending', waitMs: 300_000 })
      expect(verdict(status, 3)).toEqual({ state: 'dead', disables: undefined })
    }
    expect(KOLLUS_POLICY).toMatchObject({ connectTimeoutMs: 2_000, responseTimeoutMs: 3_000 })
  })
})
