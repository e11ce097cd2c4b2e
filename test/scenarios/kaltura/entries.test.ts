import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { ADMIN_SECRET, type Json, type KalturaApp, PARTNER_ID, startKalturaApp } from './kaltura-app.ts'

let app: KalturaApp
let clock: ManualClock

beforeAll(async () => {
  clock = new ManualClock()
  app = await startKalturaApp({ clock })
})

afterAll(() => app.close())

const newEntry = (ks: string, own: Json = {}) =>
  app.call('media.add', { ks, entry: { mediaType: 1, name: 'Holiday', ...own } })
const tokenResource = (token: string) => ({ objectType: 'KalturaUploadedFileTokenResource', token })
const addContent = (ks: string, entryId: unknown, resource: object) =>
  app.call('media.addContent', { ks, entryId, resource })
const sourceFlavorOf = async (entryId: unknown): Promise<unknown> => {
  const flavors = await app.value('flavorAsset.getByEntryId', { ks: app.user, entryId })
  return (flavors as Json[])[0]?.['id']
}
const get = (entryId: unknown) => app.call('media.get', { ks: app.admin, entryId })

describe('an entry', () => {
  it('begins without content', async () => {
    expect(await newEntry(app.user, { description: 'Sea', tags: 'a,b', referenceId: 'cms-1' })).toMatchObject({
      objectType: 'KalturaMediaEntry',
      id: expect.stringMatching(/^0_[0-9a-z]{8}$/),
      name: 'Holiday',
      description: 'Sea',
      tags: 'a,b',
      referenceId: 'cms-1',
      userId: 'ann',
      partnerId: 101,
      status: 7,
      type: 1,
      mediaType: 1,
      sourceType: '6',
      operationAttributes: [],
    })
    expect((await newEntry(app.user, { name: '' }))['name']).toMatch(/^101_\d+$/)
  })

  it('takes a file that was uploaded before', async () => {
    const token = await app.newToken(app.user)
    await app.chunk(app.user, token, 'hello')
    const entry = await newEntry(app.user)
    expect(await addContent(app.user, entry['id'], tokenResource(token))).toMatchObject({ id: entry['id'], status: 1 })
    const spent = await app.call('uploadToken.get', { ks: app.user, uploadTokenId: token })
    expect(spent).toMatchObject({ status: 3 })
    expect(spent).not.toHaveProperty('attachedObjectId')
    expect(await get(entry['id'])).toMatchObject({
      status: 1,
      sourceType: '1',
      dataUrl: expect.stringContaining('/playManifest/'),
    })
  })

  it('takes a file that is uploaded afterwards, whose last answer tells that the token is spent', async () => {
    const token = await app.newToken(app.user)
    const entry = await newEntry(app.user)
    expect(await addContent(app.user, entry['id'], tokenResource(token))).toMatchObject({ status: 0 })
    expect(await app.chunk(app.user, token, 'he', { resume: 0, finalChunk: 0 })).toMatchObject({
      status: 1,
      attachedObjectType: 'flavorAsset',
      attachedObjectId: await sourceFlavorOf(entry['id']),
    })
    expect(await get(entry['id'])).toMatchObject({ status: 0 })
    expect(await app.chunk(app.user, token, 'llo', { resume: 1, resumeAt: 2 })).toMatchObject({ status: 3 })
    expect(await get(entry['id'])).toMatchObject({ status: 1 })
  })

  it('takes it in containers for the source flavour', async () => {
    const entry = await newEntry(app.user)
    const container = (assetParamsId: number, token: string) => ({
      objectType: 'KalturaAssetsParamsResourceContainers',
      resources: [{ objectType: 'KalturaAssetParamsResourceContainer', assetParamsId, resource: tokenResource(token) }],
    })
    const token = await app.newToken(app.user)
    expect(await addContent(app.user, entry['id'], container(7, token))).toMatchObject({
      code: 'FLAVOR_PARAMS_ID_NOT_FOUND',
    })
    expect(await addContent(app.user, entry['id'], container(0, token))).toMatchObject({ status: 0 })
  })

  it('is without content again when its unfinished token is deleted', async () => {
    const token = await app.newToken(app.user)
    const entry = await newEntry(app.user)
    await addContent(app.user, entry['id'], tokenResource(token))
    expect(await app.value('uploadToken.delete', { ks: app.user, uploadTokenId: token })).toBeNull()
    expect(await get(entry['id'])).toMatchObject({ status: 7 })
    const other = await app.newToken(app.user)
    expect(await addContent(app.user, entry['id'], tokenResource(other))).toMatchObject({ status: 0 })
  })

  it('is gone once it was deleted', async () => {
    const entry = await newEntry(app.user)
    expect(await app.value('media.delete', { ks: app.user, entryId: entry['id'] })).toBeNull()
    expect(await get(entry['id'])).toEqual({
      code: 'ENTRY_ID_NOT_FOUND',
      message: `Entry id "${entry['id']}" not found`,
      objectType: 'KalturaAPIException',
      args: { ENTRY_ID: entry['id'] },
    })
  })

  it('may be one that was not made by this dialect', async () => {
    const projectId = (await app.infrastructure.work.read.projects.first())?.id
    if (projectId === undefined) throw new Error('no project')
    const { upload } = await app.services.uploads.create({ projectId, fileName: 'other.mp4' })
    const id = `0_${upload.assetId?.slice(4)}`
    expect(await app.call('baseEntry.get', { ks: app.admin, entryId: id })).toMatchObject({ id, name: 'other.mp4' })
  })
})

describe('refusals', () => {
  const spent = async (): Promise<string> => {
    const token = await app.newToken(app.user)
    await app.chunk(app.user, token, 'x')
    await addContent(app.user, (await newEntry(app.user))['id'], tokenResource(token))
    return token
  }
  const FAILURES: readonly (readonly [string, () => Promise<unknown>, object])[] = [
    [
      'no entry',
      () => app.call('media.add', { ks: app.user }),
      { code: 'MISSING_MANDATORY_PARAMETER', args: { PARAM_NAME: 'entry' } },
    ],
    [
      'an entry without a media type',
      () => app.call('media.add', { ks: app.user, entry: { name: 'x' } }),
      { code: 'PROPERTY_VALIDATION_CANNOT_BE_NULL', args: { PROP_NAME: 'KalturaMediaEntry::mediaType' } },
    ],
    [
      'a media type there is not',
      () => newEntry(app.user, { mediaType: 99 }),
      {
        code: 'INVALID_ENUM_VALUE',
        message:
          'Invalid enumeration value "99" for parameter "mediaType", expecting enumeration type "KalturaMediaType"',
      },
    ],
    [
      'content twice',
      async () => {
        const entry = await newEntry(app.user)
        await addContent(app.user, entry['id'], tokenResource(await app.newToken(app.user)))
        return addContent(app.user, entry['id'], tokenResource(await app.newToken(app.user)))
      },
      { code: 'ENTRY_ALREADY_WITH_CONTENT' },
    ],
    [
      'a spent token',
      async () => addContent(app.user, (await newEntry(app.user))['id'], tokenResource(await spent())),
      { code: 'UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY' },
    ],
    [
      "somebody else's token",
      async () => addContent(app.user, (await newEntry(app.user))['id'], tokenResource(await app.newToken(app.admin))),
      { code: 'UPLOAD_TOKEN_NOT_FOUND' },
    ],
    [
      'a resource that is none',
      async () => addContent(app.user, (await newEntry(app.user))['id'], {}),
      { code: 'OBJECT_TYPE_ABSTRACT', args: { OBJ_TYPE: 'KalturaResource' } },
    ],
    [
      'a resource we do not take',
      async () =>
        addContent(app.user, (await newEntry(app.user))['id'], { objectType: 'KalturaStringResource', content: 'x' }),
      { code: 'RESOURCE_TYPE_NOT_SUPPORTED' },
    ],
    [
      "somebody else's entry",
      async () => app.call('media.delete', { ks: app.user, entryId: (await newEntry(app.admin))['id'] }),
      { code: 'INVALID_KS', args: { KSID: '', ERR_CODE: '-4', ERR_DESC: 'INVALID_TYPE' } },
    ],
    ['an unknown entry', () => get('0_nothing'), { code: 'ENTRY_ID_NOT_FOUND', args: { ENTRY_ID: '0_nothing' } }],
  ]

  it.each(FAILURES)('%s', async (_, run, expected) => {
    expect(await run()).toMatchObject(expected)
  })
})

it('lets a user change an entry that a privilege names', async () => {
  const entry = await newEntry(app.admin)
  const session = { secret: ADMIN_SECRET, partnerId: PARTNER_ID, userId: 'eve', privileges: `edit:${entry['id']}` }
  const ks = await app.value('session.start', session)
  expect(await app.value('media.delete', { ks, entryId: entry['id'] })).toBeNull()
})

describe('media.list', () => {
  it('finds an entry without content by its id only', async () => {
    const entry = await newEntry(app.user)
    const list = (filter: Json) => app.call('media.list', { ks: app.user, filter })
    expect(await list({ idEqual: entry['id'] })).toMatchObject({ totalCount: 1, objects: [{ id: entry['id'] }] })
    expect(
      await app.value('media.count', { ks: app.user, filter: { idEqual: entry['id'], statusNotEqual: '3' } }),
    ).toBe(1)
    expect(await list({ redirectFromEntryId: entry['id'] })).toMatchObject({ totalCount: 1 })
    expect(await list({ idIn: entry['id'] })).toMatchObject({ totalCount: 0 })
    expect(await list({ nameEqual: 'Holiday' })).toMatchObject({
      totalCount: 0,
      objectType: 'KalturaMediaListResponse',
    })
  })

  it('shows users their own entries, and administrators all of them', async () => {
    const token = await app.newToken(app.admin)
    await app.chunk(app.admin, token, 'x')
    const entry = await newEntry(app.admin, { name: 'Only the boss' })
    await addContent(app.admin, entry['id'], tokenResource(token))
    const filter = { statusEqual: '1', nameLike: 'only THE' }
    expect(await app.call('media.list', { ks: app.admin, filter })).toMatchObject({
      totalCount: 1,
      objects: [{ id: entry['id'] }],
    })
    expect(await app.call('media.list', { ks: app.user, filter })).toMatchObject({ totalCount: 0 })
  })
})

describe('uploadToken.list', () => {
  it('finds what to go on with by name, size and status, page by page', async () => {
    const mine = await app.value('session.start', {
      secret: ADMIN_SECRET,
      partnerId: PARTNER_ID,
      userId: 'lister',
    })
    const ks = String(mine)
    const ids: string[] = []
    for (const fileSize of [1, 2, 3]) {
      // Of one moment they would come in any order.
      await clock.advance(1_000)
      ids.push(await app.newToken(ks, { fileName: 'f.mp4', fileSize }))
    }
    await app.chunk(ks, ids[1] ?? '', 'x', { resume: 0, finalChunk: 0 })
    const found = async (filter: Json, pager?: Json): Promise<unknown> => {
      const { objects, totalCount } = await app.call('uploadToken.list', { ks, filter, pager })
      return [(objects as { id: string }[]).map(({ id }) => ids.indexOf(id)), totalCount]
    }
    expect(await found({})).toEqual([[0, 1, 2], 3])
    expect(await found({ orderBy: '-createdAt' }, { pageSize: 2 })).toEqual([[2, 1], 3])
    expect(await found({}, { pageSize: 2, pageIndex: 2 })).toEqual([[2], 3])
    expect(await found({ statusEqual: 1, fileNameEqual: 'f.mp4' })).toEqual([[1], 1])
    expect(await found({ statusIn: '0,2' })).toEqual([[0, 2], 2])
    expect(await found({ fileSizeEqual: 3 })).toEqual([[2], 1])
    expect(await found({ idIn: `${ids[2]},${ids[0]},0_none` })).toEqual([[0, 2], 2])
    expect(await found({ userIdEqual: 'somebody' })).toEqual([[], 0])
  })
})

it('tells who it is', async () => {
  expect(await app.call('partner.get', { ks: app.admin })).toMatchObject({ id: 101, objectType: 'KalturaPartner' })
  expect(await app.call('partner.get', { ks: app.admin, id: 5 })).toMatchObject({ code: 'UNKNOWN_PARTNER_ID' })
  expect(await app.value('system.getVersion')).toMatch(/^\d+\.\d+\.\d+$/)
})

it('has nothing to play before an entry is ready, and for nobody else’s partner', async () => {
  const entry = await newEntry(app.user)
  for (const path of [
    `/p/101/sp/10100/playManifest/entryId/${entry['id']}/format/url/protocol/http`,
    `/p/101/sp/10100/playManifest/entryId/0_nothing/format/applehttp/a.m3u8`,
    `/p/101/sp/10100/playManifest/entryId/${entry['id']}/format/download`,
    `/p/102/sp/10200/thumbnail/entry_id/${entry['id']}/version/0`,
  ]) {
    expect((await fetch(`${app.url}${path}`, { redirect: 'manual' })).status).toBe(404)
  }
})
