import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { type Json, type KalturaApp, newEntryOf, PARTNER_ID, startKalturaApp } from './kaltura-app.ts'
import { readyEntry } from './ready-entry.ts'

let app: KalturaApp
let clock: ManualClock

beforeAll(async () => {
  clock = new ManualClock()
  app = await startKalturaApp({ clock, pullAllow: '127.0.0.1' })
})

afterAll(() => app.close())

const uploaded = async (content = 'film'): Promise<string> => {
  const token = await app.newToken(app.user)
  await app.chunk(app.user, token, content)
  return token
}
const idsOf = (list: Json): unknown[] => (list['objects'] as Json[]).map(({ id }) => id)

describe('baseEntry', () => {
  it('adds an entry of the general type, which is a clip', async () => {
    const entry = { objectType: 'KalturaBaseEntry', type: 1, name: 'From Ruby' }
    const added = await app.call('baseEntry.add', { ks: app.user, entry })
    expect(added).toMatchObject({
      objectType: 'KalturaMediaEntry',
      name: 'From Ruby',
      status: 7,
      type: 1,
      mediaType: 1,
    })
    expect(await app.call('baseEntry.add', { ks: app.user, entry: { type: 5 } })).toMatchObject({
      code: 'ENTRY_TYPE_NOT_SUPPORTED',
      args: { ENTRY_TYPE: '5' },
    })
  })

  it('gets several at once, counts and deletes', async () => {
    const [a, b] = [await newEntryOf(app, app.user), await newEntryOf(app, app.user)]
    const entryIds = `${a['id']},0_nothing,${b['id']}`
    const found = await app.value('baseEntry.getByIds', { ks: app.user, entryIds })
    expect((found as Json[]).map(({ id }) => id)).toEqual([a['id'], b['id']])
    const filter = { idIn: entryIds, statusEqual: 7 }
    expect(await app.value('baseEntry.count', { ks: app.user, filter })).toBe(2)
    expect(await app.value('baseEntry.delete', { ks: app.user, entryId: a['id'] })).toBeNull()
    expect(await app.value('baseEntry.count', { ks: app.user, filter })).toBe(1)
    expect(await app.call('baseEntry.list', { ks: app.user, filter })).toMatchObject({
      objectType: 'KalturaBaseEntryListResponse',
      totalCount: 1,
      objects: [{ id: b['id'] }],
    })
  })
})

describe('one-call uploads', () => {
  it.each(['media', 'baseEntry', 'upload'])(
    '%s.upload answers the name of a token, of which an entry is made',
    async (service) => {
      const token = await app.form(`/api_v3/service/${service}/action/upload`, [
        ['format', '1'],
        ['ks', app.user],
        ['fileData', Buffer.from('hello'), '/home/me/film.mp4'],
      ])
      expect(token).toMatch(/^0_[0-9a-f]{32}$/)
      expect(await app.call('uploadToken.get', { ks: app.user, uploadTokenId: token })).toMatchObject({
        status: 2,
        fileName: 'film.mp4',
        uploadedFileSize: '5',
      })
      const mediaEntry = { mediaType: 1, name: 'From Python' }
      const made = await app.call('media.addFromUploadedFile', { ks: app.user, mediaEntry, uploadTokenId: token })
      expect(made).toMatchObject({ name: 'From Python', status: 1 })
      expect(
        await app.call('media.addFromUploadedFile', { ks: app.user, mediaEntry, uploadTokenId: token }),
      ).toMatchObject({
        code: 'UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY',
      })
    },
  )

  it('baseEntry.addFromUploadedFile takes an entry of the general type', async () => {
    const request = { ks: app.user, entry: { type: 1, name: 'General' }, uploadTokenId: await uploaded(), type: -1 }
    expect(await app.call('baseEntry.addFromUploadedFile', request)).toMatchObject({ name: 'General', status: 1 })
  })

  it('makes no entry of a token without a file', async () => {
    const mediaEntry = { mediaType: 1, name: 'Never there' }
    const uploadTokenId = await app.newToken(app.user)
    expect(await app.call('media.addFromUploadedFile', { ks: app.user, mediaEntry, uploadTokenId })).toMatchObject({
      code: 'UPLOAD_TOKEN_INVALID_STATUS_FOR_ADD_ENTRY',
    })
    const filter = { nameEqual: 'Never there', statusNotEqual: 3 }
    expect(await app.value('media.count', { ks: app.user, filter })).toBe(0)
  })

  it('refuses a file without a name', async () => {
    const answer = await app.form('/api_v3/?service=upload&action=upload&format=1', [
      ['ks', app.user],
      ['fileData', 'x'],
    ])
    expect(answer).toMatchObject({ code: 'UPLOAD_ERROR' })
  })
})

describe('a file from an address', () => {
  const url = 'http://127.0.0.1:9/films/sea%20side.mp4'

  it('is got by the server, by KalturaUrlResource', async () => {
    const entry = await newEntryOf(app, app.user)
    const resource = { objectType: 'KalturaUrlResource', url }
    expect(await app.call('media.addContent', { ks: app.user, entryId: entry['id'], resource })).toMatchObject({
      status: 0,
    })
    expect(await app.call('media.addContent', { ks: app.user, entryId: entry['id'], resource })).toMatchObject({
      code: 'ENTRY_ALREADY_WITH_CONTENT',
    })
  })

  it('is got by the server, by media.addFromUrl', async () => {
    const made = await app.call('media.addFromUrl', { ks: app.user, mediaEntry: { mediaType: 1, name: 'Pulled' }, url })
    expect(made).toMatchObject({ name: 'Pulled', status: 0 })
    const flavors = await app.value('flavorAsset.getByEntryId', { ks: app.user, entryId: made['id'] })
    expect(flavors).toMatchObject([{ status: 7, isOriginal: true, flavorParamsId: 0 }])
  })

  it.each(['file:///etc/passwd', 'not an address', 'http://10.0.0.1/x.mp4'])('is not got from %s', async (bad) => {
    const mediaEntry = { mediaType: 1, name: 'Forbidden' }
    const answer = await app.call('media.addFromUrl', { ks: app.user, mediaEntry, url: bad })
    expect(answer).toMatchObject({
      code: 'PROPERTY_VALIDATION_WRONG_FORMAT',
      args: { PROP_NAME: 'KalturaUrlResource::url' },
    })
    expect(
      await app.value('media.count', { ks: app.user, filter: { nameEqual: 'Forbidden', statusNotEqual: 3 } }),
    ).toBe(0)
  })
})

describe('filters, order and pages of entries', () => {
  let ids: readonly string[] = []
  const ks = async (): Promise<string> => app.admin

  beforeAll(async () => {
    const made: string[] = []
    for (const own of [
      {
        name: 'Alpha beach',
        tags: 'sea, sun',
        referenceId: 'ref-a',
        description: 'waves',
        categories: 'Trips>Sea,Best',
      },
      { name: 'Bravo hills', tags: 'rock,sun', referenceId: 'ref-b', adminTags: 'secret', categories: 'Trips' },
      { name: 'Charlie town', tags: 'street', referenceId: 'ref-c', mediaType: 5 },
    ]) {
      // Of one moment they would come in any order.
      await clock.advance(1_000)
      made.push(await readyEntry(app, await ks(), { own }))
    }
    ids = made
  })

  it.each<readonly [Json, readonly number[]]>([
    [{ nameLike: 'BEACH' }, [0]],
    [{ nameMultiLikeOr: 'beach,town' }, [2, 0]],
    [{ nameMultiLikeAnd: 'bravo,hills' }, [1]],
    [{ tagsLike: 'sun' }, [1, 0]],
    [{ tagsMultiLikeAnd: 'sea,sun' }, [0]],
    [{ adminTagsMultiLikeOr: 'secret' }, [1]],
    [{ referenceIdEqual: 'REF-c' }, [2]],
    [{ referenceIdIn: 'ref-a,ref-c' }, [2, 0]],
    [{ mediaTypeIn: '2,5' }, [2]],
    [{ mediaTypeEqual: 1, typeEqual: 1 }, [1, 0]],
    [{ freeText: 'waves beach' }, [0]],
    [{ categoriesMatchOr: 'trips' }, [1, 0]],
    [{ categoriesMatchOr: 'trips>sea' }, [0]],
    [{ categoriesMatchAnd: 'Trips>Sea,Best' }, [0]],
    [{ categoriesNotContains: 'Best' }, [2, 1]],
    [{ categoriesIdsEmpty: 1 }, [2]],
    [{ categoriesIdsEmpty: 0 }, [1, 0]],
    [{ tagsNameMultiLikeOr: 'sea,bravo' }, [1, 0]],
    [{ tagsAdminTagsNameMultiLikeAnd: 'secret,hills,sun' }, [1]],
    [{ moderationStatusIn: '2,6', sourceTypeEqual: 1 }, [2, 1, 0]],
    [{ moderationStatusNotIn: '6' }, []],
    [{ replacementStatusIn: '1,3' }, []],
    [{ replacementStatusEqual: 0, partnerIdEqual: PARTNER_ID }, [2, 1, 0]],
    [{ flavorParamsIdsMatchOr: '720,1' }, [2, 1, 0]],
    [{ flavorParamsIdsMatchAnd: '0,72' }, []],
    [{ durationTypeMatchOr: 'short,long' }, [2, 1, 0]],
    [{ durationTypeMatchOr: 'medium' }, []],
    [{ searchTextMatchOr: 'waves,street' }, [2, 0]],
    [{ userIdIn: 'boss', creatorIdEqual: 'BOSS' }, [2, 1, 0]],
    [{ userIdEqual: 'nobody' }, []],
    [{ durationGreaterThan: 9, durationLessThanOrEqual: 10 }, [2, 1, 0]],
    [{ durationLessThan: 10 }, []],
    [{ createdAtGreaterThanOrEqual: 4_000_000_000 }, []],
    [{ createdAtLessThanOrEqual: 4_000_000_000 }, [2, 1, 0]],
    [{ orderBy: '+name' }, [0, 1, 2]],
    [{ orderBy: '-name' }, [2, 1, 0]],
    [{ statusIn: '2,7', nameLike: 'alpha' }, [0]],
    [{ statusNotIn: '2' }, []],
  ])('%j', async (own, expected) => {
    const mine = `${ids.join(',')}`
    const list = await app.call('media.list', {
      ks: await ks(),
      filter: { referenceIdIn: 'ref-a,ref-b,ref-c', ...own },
    })
    expect(idsOf(list).filter((id) => mine.includes(String(id)))).toEqual(expected.map((index) => ids[index]))
  })

  it('pages count from 1, and the total is that of all pages', async () => {
    const filter = { referenceIdIn: 'ref-a,ref-b,ref-c', orderBy: '+name' }
    const page = (pageIndex: number) =>
      app.call('media.list', { ks: app.admin, filter, pager: { pageSize: 2, pageIndex } })
    expect([idsOf(await page(1)), idsOf(await page(2)), idsOf(await page(3))]).toEqual([
      ids.slice(0, 2),
      ids.slice(2),
      [],
    ])
    expect(await page(3)).toMatchObject({ totalCount: 3 })
    expect(await page(0)).toMatchObject({ totalCount: 3, objects: [{ id: ids[0] }, { id: ids[1] }] })
  })

  it('a response profile leaves the fields that a player asks for', async () => {
    const request = { ks: app.admin, filter: { idEqual: ids[0] } }
    const list = (type: number, fields: string) =>
      app.call('baseEntry.list', { ...request, responseProfile: { type, fields } })
    expect(await list(1, 'id,name')).toEqual({
      objects: [{ id: ids[0], name: 'Alpha beach', objectType: 'KalturaMediaEntry' }],
      totalCount: 1,
      objectType: 'KalturaBaseEntryListResponse',
    })
    const without = (await list(2, 'name'))['objects'] as Json[]
    expect(without[0]).not.toHaveProperty('name')
    expect(without[0]).toHaveProperty('id')
  })
})
