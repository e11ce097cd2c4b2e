import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Asset, Source } from '../../../src/core/library/asset.ts'
import { CopyLifecycle } from '../../../src/core/library/copy-lifecycle.ts'
import { chooseTreatment } from '../../../src/core/transcoding/treatment.ts'
import { aMediaInfo, anUpload, aProject } from '../../support/rows.ts'
import { ADMIN_SECRET, type Json, type KalturaApp, newEntryOf, startKalturaApp } from './kaltura-app.ts'
import { fetched, readyEntry } from './ready-entry.ts'

let app: KalturaApp
let approving: KalturaApp

beforeAll(async () => {
  app = await startKalturaApp()
  approving = await startKalturaApp({ replacementsNeedApproval: true })
})

afterAll(async () => {
  await app.close()
  await approving.close()
})

const STANDARD = chooseTreatment(anUpload(aProject().id).target)
const signal = new AbortController().signal
const clone = (entryId: unknown, cloneOptions?: unknown, ks = app.user): Promise<Json> =>
  app.call('baseEntry.clone', { ks, entryId, cloneOptions })
const get = (entryId: unknown, ks = app.user) => app.call('media.get', { ks, entryId })
const exclude = (itemType: string) => ({ objectType: 'KalturaBaseEntryCloneOptionComponent', itemType, rule: '1' })
const entryResource = (entryId: unknown, flavorParamsId?: number) => ({
  ...{ objectType: 'KalturaEntryResource', entryId },
  ...(flavorParamsId !== undefined && { flavorParamsId }),
})
const assetResource = (assetId: unknown) => ({ objectType: 'KalturaAssetResource', assetId })

async function assetOf(entryId: unknown): Promise<Asset> {
  const { read } = app.infrastructure.work
  const named = await read.externalKeys.find('kaltura.entry', String(entryId))
  const asset = await read.assets.find(named?.subjectId as Asset['id'])
  if (asset === undefined) throw new Error(`there is no entry ${entryId}`)
  return asset
}

async function flavorIds(entryId: unknown): Promise<readonly string[]> {
  const flavors = (await app.value('flavorAsset.getByEntryId', { ks: app.user, entryId })) as { id: string }[]
  return flavors.map(({ id }) => id)
}

describe('baseEntry.clone', () => {
  it('makes another entry of what this one is, which is ready at once and lives on', async () => {
    const own = { name: 'Lecture', description: 'Of cells', tags: 'a,b', referenceId: 'ref-1', categories: 'biology' }
    const id = await readyEntry(app, app.admin, { own, content: 'cells' })
    const before = await get(id)
    const made = await clone(id)
    const same = {
      description: 'Of cells',
      tags: 'a, b'.replace(' ', ''),
      userId: before['userId'],
      categories: 'biology',
    }
    expect(made).toMatchObject({ ...same, objectType: 'KalturaMediaEntry', name: 'Lecture', status: 2, mediaType: 1 })
    expect(made).toMatchObject({ referenceId: 'ref-1', replacementStatus: 0, version: 1, partnerId: 101 })
    expect(made['id']).toMatch(/^[01]_[0-9a-z]{8}$/)
    expect(made['id']).not.toBe(id)
    expect(made).toMatchObject({ rootEntryId: made['id'], duration: before['duration'], width: before['width'] })
    // Flavours and pictures have ids of their own.
    const [ids, others] = [await flavorIds(id), await flavorIds(made['id'])]
    expect(others).toHaveLength(ids.length)
    expect(ids.some((one) => others.includes(one))).toBe(false)
    await app.value('media.delete', { ks: app.admin, entryId: id })
    expect(await get(id)).toMatchObject({ code: 'ENTRY_ID_NOT_FOUND' })
    expect(await fetched((await get(made['id']))['dataUrl'])).toBe('cells')
    expect(await fetched(made['thumbnailUrl'])).toBe('picture')
    expect(await app.call('flavorAsset.get', { ks: app.user, id: others[0] })).toMatchObject({ entryId: made['id'] })
  })

  it('leaves out what options exclude', async () => {
    const id = await readyEntry(app, app.admin, { own: { categories: 'chemistry' } })
    const caption = { objectType: 'KalturaCaptionAsset', language: 'English', format: '1', label: 'English' }
    const { id: captionId } = await app.call('caption_captionasset.add', {
      ks: app.admin,
      entryId: id,
      captionAsset: caption,
    })
    const content = { objectType: 'KalturaStringResource', content: '1\n00:00:01,000 --> 00:00:02,000\nCells\n' }
    await app.call('caption_captionasset.setContent', { ks: app.admin, id: captionId, contentResource: content })
    const captionsOf = async (entryId: unknown) => {
      const filter = { entryIdEqual: entryId }
      const { objects } = await app.call('caption_captionasset.list', { ks: app.admin, filter })
      return (objects as Json[]).map(({ label, format }) => `${label} ${format}`)
    }
    const whole = await clone(id, [{ ...exclude('5'), rule: '0' }])
    expect(whole).toMatchObject({ status: 2, categories: 'chemistry', userId: 'boss', creatorId: 'boss' })
    expect(await captionsOf(whole['id'])).toEqual(['English 1'])
    expect((await assetOf(whole['id'])).metadata).not.toHaveProperty(`kaltura.caption.${String(captionId).slice(2)}`)
    const less = await clone(id, ['1', '2', '7'].map(exclude))
    expect(less).toMatchObject({ status: 2, userId: 'ann', creatorId: 'ann' })
    expect(less).not.toHaveProperty('categories')
    expect(await captionsOf(less['id'])).toEqual([])
    expect(await clone(id, [exclude('6')])).toMatchObject({ status: 7, name: 'Holiday' })
  })

  it('of an entry without content has none either; of one that is on its way it is waited for', async () => {
    const empty = await newEntryOf(app, app.user)
    expect(await clone(empty['id'])).toMatchObject({ status: 7, name: 'Holiday' })
    const token = await app.newToken(app.user)
    const resource = { objectType: 'KalturaUploadedFileTokenResource', token }
    await app.call('media.addContent', { ks: app.user, entryId: empty['id'], resource })
    const early = await clone(empty['id'])
    expect(early).toMatchObject({ status: 0, name: 'Holiday' })
    const [flavor] = await flavorIds(early['id'])
    await app.chunk(app.user, token, 'film')
    const late = await clone(empty['id'])
    expect(late).toMatchObject({ status: 0 })
    expect(await app.call('media.addContent', { ks: app.user, entryId: late['id'], resource })).toMatchObject({
      code: 'ENTRY_ALREADY_WITH_CONTENT',
    })
    await looked(token)
    expect(await clone(empty['id'])).toMatchObject({ status: 1, name: 'Holiday' })
    await givenToCopies()
    for (const { id } of [early, late]) expect(await get(id)).toMatchObject({ status: 1 })
    expect(await flavorIds(early['id'])).toEqual([flavor])
  })

  it('of an entry whose file failed is refused', async () => {
    const { id } = await newEntryOf(app, app.user)
    const token = await app.newToken(app.user)
    const resource = { objectType: 'KalturaUploadedFileTokenResource', token }
    await app.call('media.addContent', { ks: app.user, entryId: id, resource })
    await app.chunk(app.user, token, 'text')
    const { sources } = app.infrastructure.work.read
    const [source] = await sources.listForAsset((await assetOf(id)).id)
    const failure = { code: 'media_refused', reason: 'not_media', message: 'No.' }
    await sources.update(source?.id ?? ('none' as Source['id']), { failure })
    const answer = { code: 'ENTRY_NOT_READY', message: `Entry "${id}" is not ready`, args: { ENTRY_NAME: id } }
    expect(await clone(id)).toMatchObject(answer)
    expect(await clone(id, [exclude('6')])).toMatchObject({ status: 7 })
  })

  it('shows no token that nobody asked for', async () => {
    const id = await readyEntry(app, app.user)
    const count = async () => (await app.call('uploadToken.list', { ks: app.user }))['totalCount']
    const before = await count()
    await clone(id)
    expect(await count()).toBe(before)
  })

  it('does not take the other’s replacement along', async () => {
    const id = await readyEntry(app, app.user)
    const token = await app.newToken(app.user)
    const resource = { objectType: 'KalturaUploadedFileTokenResource', token }
    expect(await app.call('media.updateContent', { ks: app.user, entryId: id, resource })).toMatchObject({
      replacementStatus: 1,
    })
    expect(await clone(id)).toMatchObject({ status: 2, replacementStatus: 0 })
  })

  it.each([
    ['an entry that is not there', { entryId: '0_none' }, 'ENTRY_ID_NOT_FOUND', { ENTRY_ID: '0_none' }],
    ['no entry', { entryId: undefined }, 'MISSING_MANDATORY_PARAMETER', { PARAM_NAME: 'entryId' }],
    [
      'an option that is none',
      { cloneOptions: [exclude('99')] },
      'INVALID_ENUM_VALUE',
      { ENUM_VAL: '99', PARAM_NAME: 'itemType', ENUM_TYPE: 'KalturaBaseEntryCloneOptions' },
    ],
    [
      'a rule that is none',
      { cloneOptions: [{ ...exclude('1'), rule: '2' }] },
      'INVALID_ENUM_VALUE',
      { ENUM_VAL: '2', PARAM_NAME: 'rule', ENUM_TYPE: 'KalturaCloneComponentSelectorType' },
    ],
    [
      'an option without a type',
      { cloneOptions: [{ itemType: '1' }] },
      'OBJECT_TYPE_ABSTRACT',
      { OBJ_TYPE: 'KalturaBaseEntryCloneOptionItem' },
    ],
  ])('refuses %s', async (_, own, code, args) => {
    const id = await readyEntry(app, app.user)
    expect(await app.call('baseEntry.clone', { ks: app.user, entryId: id, ...own })).toMatchObject({ code, args })
  })

  it('is not for players, nor for other partners', async () => {
    const id = await readyEntry(app, app.user)
    const { ks } = await app.call('session.startWidgetSession', { widgetId: '_101' })
    expect(await clone(id, undefined, String(ks))).toMatchObject({ code: 'SERVICE_FORBIDDEN' })
    const stranger = await approving.value('session.start', { secret: ADMIN_SECRET, partnerId: 101, type: 2 })
    const answer = await approving.call('baseEntry.clone', { ks: stranger, entryId: id })
    expect(answer).toMatchObject({ code: 'ENTRY_ID_NOT_FOUND', message: `Entry id "${id}" not found` })
    expect(await app.call('media.clone', { ks: app.user, entryId: id })).toMatchObject({
      code: 'ACTION_DOES_NOT_EXISTS',
    })
  })
})

describe('KalturaEntryResource', () => {
  const addContent = (entryId: unknown, resource: Json) =>
    app.call('media.addContent', { ks: app.user, entryId, resource })

  it('gives an entry the file of another, which then is nobody’s alone', async () => {
    const id = await readyEntry(app, app.user, { content: 'shared' })
    const { id: into } = await newEntryOf(app, app.user, { name: 'Mine' })
    // How it was treated, nobody noted: it is processed for itself.
    expect(await addContent(into, entryResource(id))).toMatchObject({ id: into, name: 'Mine', status: 1 })
    await app.value('media.delete', { ks: app.user, entryId: id })
    await processed(into)
    expect(await fetched((await get(into))['dataUrl'])).toBe('shared')
    expect(await addContent(into, entryResource(into))).toMatchObject({ code: 'ENTRY_ALREADY_WITH_CONTENT' })
  })

  it('is ready at once where it would be treated the same way', async () => {
    const id = await readyEntry(app, app.user, { content: 'twin', treatment: STANDARD })
    const { id: into } = await newEntryOf(app, app.user)
    expect(await addContent(into, entryResource(id))).toMatchObject({ id: into, status: 2, version: 1 })
    expect(await fetched((await get(into))['dataUrl'])).toBe('twin')
    const other = await newEntryOf(app, app.user, { conversionProfileId: -1 })
    expect(await addContent(other['id'], entryResource(id))).toMatchObject({ status: 1 })
  })

  it('takes the place of what an entry has, at once or when somebody approves', async () => {
    const id = await readyEntry(app, app.user, { content: 'new' })
    const into = await readyEntry(app, app.user, { content: 'old' })
    const resource = entryResource(id)
    const replacing = await app.call('media.updateContent', { ks: app.user, entryId: into, resource })
    expect(replacing).toMatchObject({ id: into, status: 2, replacementStatus: 1 })
    await processed(into)
    expect(await get(into)).toMatchObject({ replacementStatus: 0, version: 2 })
    expect(await fetched((await get(into))['dataUrl'])).toBe('new')

    const [other, kept] = [await readyEntry(approving, approving.user), await readyEntry(approving, approving.user)]
    const waiting = { ks: approving.user, entryId: kept }
    expect(await approving.call('media.updateContent', { ...waiting, resource: entryResource(other) })).toMatchObject({
      replacementStatus: 3,
    })
    expect(await approving.call('media.cancelReplace', waiting)).toMatchObject({ replacementStatus: 0, version: 1 })
  })

  it('takes one flavour, where there is a file of it', async () => {
    const id = await readyEntry(app, app.user, { download: 'in one file' })
    const { id: into } = await newEntryOf(app, app.user)
    expect(await addContent(into, entryResource(id, 720))).toMatchObject({ status: 1 })
    const [source] = await app.infrastructure.work.read.sources.listForAsset((await assetOf(into)).id)
    expect(source).toMatchObject({ fileName: 'holiday 720p.mp4', blobKey: expect.stringMatching(/720p\.mp4$/) })
    const without = await readyEntry(app, app.user)
    const { id: another } = await newEntryOf(app, app.user)
    const refusal = { code: 'FILE_DOESNT_EXIST', message: 'File doesnt exist' }
    expect(await addContent(another, entryResource(without, 720))).toMatchObject(refusal)
    expect(await addContent(another, entryResource(without, 0))).toMatchObject({ status: 1 })
  })

  it('may be a flavour by its id', async () => {
    const id = await readyEntry(app, app.user, { content: 'by id', download: 'in one file' })
    const [original, rendition] = await flavorIds(id)
    for (const flavor of [original, rendition]) {
      const { id: into } = await newEntryOf(app, app.user)
      expect(await addContent(into, assetResource(flavor))).toMatchObject({ id: into, status: 1 })
    }
    const { id: into } = await newEntryOf(app, app.user)
    expect(await addContent(into, assetResource('0_none'))).toMatchObject({
      code: 'FLAVOR_ASSET_ID_NOT_FOUND',
      args: { ID: '0_none' },
    })
    expect(await addContent(into, { objectType: 'KalturaAssetResource' })).toMatchObject({
      code: 'PROPERTY_VALIDATION_CANNOT_BE_NULL',
      args: { PROP_NAME: 'KalturaAssetResource::assetId' },
    })
  })

  it.each([
    ['an entry that is not there', () => entryResource('0_none'), 'ENTRY_ID_NOT_FOUND', { ENTRY_ID: '0_none' }],
    [
      'no entry',
      () => ({ objectType: 'KalturaEntryResource' }),
      'PROPERTY_VALIDATION_CANNOT_BE_NULL',
      { PROP_NAME: 'KalturaEntryResource::entryId' },
    ],
    [
      'an entry without content',
      async () => entryResource((await newEntryOf(app, app.user))['id']),
      'ORIGINAL_FLAVOR_ASSET_IS_MISSING',
      [],
    ],
    [
      'a flavour that is not there',
      async () => entryResource(await readyEntry(app, app.user), 360),
      'FLAVOR_PARAMS_ID_NOT_FOUND',
      { ID: '360' },
    ],
    [
      'an entry whose file is on its way',
      async () => {
        const { id } = await newEntryOf(app, app.user)
        const token = await app.newToken(app.user)
        await addContent(id, { objectType: 'KalturaUploadedFileTokenResource', token })
        await app.chunk(app.user, token, 'film')
        return entryResource(id)
      },
      'FILE_DOESNT_EXIST',
      [],
    ],
  ] as const)('refuses %s', async (_, resource, code, args) => {
    const { id } = await newEntryOf(app, app.user)
    const answer = await addContent(id, await resource())
    expect(answer).toMatchObject({ code, args })
    expect(await get(id)).toMatchObject({ status: 7 })
  })
})

describe('media.addFromEntry and addFromFlavorAsset', () => {
  it('make an entry of another one’s file, called as the caller says', async () => {
    const id = await readyEntry(app, app.user, { content: 'taken' })
    const mediaEntry = { objectType: 'KalturaMediaEntry', name: 'Taken', tags: 'x' }
    const made = await app.call('media.addFromEntry', { ks: app.user, sourceEntryId: id, mediaEntry })
    expect(made).toMatchObject({ name: 'Taken', tags: 'x', status: 1, mediaType: 1, userId: 'ann' })
    const [sourceFlavorAssetId] = await flavorIds(id)
    const other = await app.call('media.addFromFlavorAsset', { ks: app.user, sourceFlavorAssetId })
    expect(other).toMatchObject({ status: 1, mediaType: 1 })
    const sourceEntryId = (await newEntryOf(app, app.user))['id']
    expect(await app.call('media.addFromEntry', { ks: app.user, sourceEntryId })).toMatchObject({
      code: 'ORIGINAL_FLAVOR_ASSET_IS_MISSING',
    })
    expect(await app.call('media.addFromFlavorAsset', { ks: app.user, sourceFlavorAssetId: 'x' })).toMatchObject({
      code: 'FLAVOR_ASSET_ID_NOT_FOUND',
    })
  })
})

/** Does what workers do first with the file of this token: they store it and look at it. */
async function looked(token: string): Promise<void> {
  const { work, blobs } = app.infrastructure
  const { assetId } = await app.upload(token)
  const [source] = await work.read.sources.listForAsset(assetId as Asset['id'])
  if (source === undefined) throw new Error('the file is not complete')
  await blobs.put(source.blobKey, Readable.from([await app.content(token)]), { signal })
  await work.read.sources.update(source.id, { media: aMediaInfo() })
}

/** Does what workers do for copies that wait. */
async function givenToCopies(): Promise<void> {
  const { queue, work, clock, random } = app.infrastructure
  const copies = new CopyLifecycle({ work, clock, random })
  for (;;) {
    const job = await queue.claim({ kinds: ['copy'], workerId: 'here', leaseMs: 15_000 })
    if (job === undefined) return
    await copies.attempt(job)
  }
}

/** Does what workers do with the newest file of this entry, which is stored already. */
async function processed(entryId: unknown): Promise<void> {
  const { work } = app.infrastructure
  const { id } = await assetOf(entryId)
  const [source] = await work.read.sources.listForAsset(id)
  if (source === undefined) throw new Error('the entry has no file')
  await work.read.sources.update(source.id, { media: aMediaInfo(), readyAtMs: 1 })
  await work.read.assets.update(id, { currentSourceId: source.id }, 1)
}
