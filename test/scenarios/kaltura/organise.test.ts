import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Json, type KalturaApp, newEntryOf, startKalturaApp } from './kaltura-app.ts'
import { fetched, readyEntry } from './ready-entry.ts'
import { vendorClient, vendorObject } from './vendor-client.ts'

let app: KalturaApp

beforeAll(async () => {
  app = await startKalturaApp()
})

afterAll(() => app.close())

const addCategory = (category: Json) => app.call('category.add', { ks: app.admin, category })
const objectsOf = (list: Json): Json[] => list['objects'] as Json[]

describe('update of an entry', () => {
  it('changes what it names, and nothing else', async () => {
    const entry = await newEntryOf(app, app.user, { description: 'Sea', tags: 'a,b', referenceId: 'ref-1' })
    const update = (mediaEntry: Json, ks = app.user) =>
      app.call('media.update', { ks, entryId: entry['id'], mediaEntry })
    expect(await update({ name: 'Renamed', tags: 'b, c' })).toMatchObject({
      name: 'Renamed',
      tags: 'b,c',
      description: 'Sea',
      referenceId: 'ref-1',
      userId: 'ann',
    })
    const cleared = await update({ description__null: '', referenceId__null: '', name: '' })
    expect(cleared).toMatchObject({ name: 'Renamed', tags: 'b,c' })
    expect(cleared).not.toHaveProperty('description')
    expect(cleared).not.toHaveProperty('referenceId')
    expect(await update({ userId: 'eve', adminTags: 'x' })).toMatchObject({ userId: 'ann' })
    expect(await update({ userId: 'eve', adminTags: 'x' }, app.admin)).toMatchObject({ userId: 'eve', adminTags: 'x' })
  })

  it('takes what cannot be changed as long as it is what it was', async () => {
    const entry = await newEntryOf(app, app.user)
    const update = (baseEntry: Json) => app.call('baseEntry.update', { ks: app.user, entryId: entry['id'], baseEntry })
    expect(await update({ id: entry['id'], status: 7, name: 'Same' })).toMatchObject({ name: 'Same' })
    expect(await update({ status: 2 })).toMatchObject({
      code: 'PROPERTY_VALIDATION_NOT_UPDATABLE',
      args: { PROP_NAME: 'KalturaBaseEntry::status' },
    })
    expect(await update({ objectType: 'KalturaMediaEntry', mediaType: 5 })).toMatchObject({
      code: 'PROPERTY_VALIDATION_NOT_UPDATABLE',
      args: { PROP_NAME: 'KalturaMediaEntry::mediaType' },
    })
    expect(await update({ referenceId: 'x' })).toMatchObject({ code: 'PROPERTY_VALIDATION_MIN_LENGTH' })
  })

  it('is its owner’s, or of who has the privilege', async () => {
    const entry = await newEntryOf(app, app.admin)
    const request = { ks: app.user, entryId: entry['id'], mediaEntry: { name: 'Mine now' } }
    expect(await app.call('media.update', request)).toMatchObject({ code: 'INVALID_KS' })
  })
})

describe('categories', () => {
  it('make a tree of numbered nodes', async () => {
    const films = await addCategory({ name: 'Films' })
    expect(films).toMatchObject({
      objectType: 'KalturaCategory',
      id: expect.any(Number),
      parentId: 0,
      depth: 0,
      fullName: 'Films',
      fullIds: String(films['id']),
      status: 2,
    })
    const sea = await addCategory({ name: 'Sea', parentId: films['id'] })
    expect(sea).toMatchObject({ depth: 1, fullName: 'Films>Sea', fullIds: `${films['id']}>${sea['id']}` })
    expect(await app.call('category.get', { ks: app.user, id: sea['id'] })).toEqual(sea)
    const list = async (filter: Json): Promise<unknown[]> =>
      objectsOf(await app.call('category.list', { ks: app.user, filter })).map(({ id }) => id)
    expect(await list({ fullNameEqual: 'films>sea' })).toEqual([sea['id']])
    expect(await list({ fullNameStartsWith: 'Films' })).toEqual([films['id'], sea['id']])
    expect(await list({ parentIdEqual: films['id'] })).toEqual([sea['id']])
    expect(await list({ idIn: `${sea['id']},1` })).toEqual([sea['id']])
    expect(await list({ ancestorIdIn: String(films['id']) })).toEqual([sea['id']])
    expect(await list({ fullNameStartsWith: 'Films', orderBy: '-depth' })).toEqual([sea['id'], films['id']])
    expect(await app.value('category.count', { ks: app.user, filter: { fullNameStartsWith: 'Films' } })).toBe(2)
    expect(
      await app.call('category.update', { ks: app.admin, id: sea['id'], category: { name: 'Coast' } }),
    ).toMatchObject({
      id: sea['id'],
      fullName: 'Films>Coast',
    })
    const move = { ks: app.admin, categoryIds: String(sea['id']), targetCategoryParentId: 0 }
    expect(await app.value('category.move', move)).toBe(true)
    expect(await app.call('category.get', { ks: app.user, id: sea['id'] })).toMatchObject({
      fullName: 'Coast',
      parentId: 0,
    })
    expect(await app.value('category.delete', { ks: app.admin, id: films['id'] })).toBeNull()
    expect(await app.call('category.get', { ks: app.user, id: films['id'] })).toMatchObject({
      code: 'CATEGORY_NOT_FOUND',
      args: { ID: String(films['id']) },
    })
  })

  it('say what they are about, and are found by that', async () => {
    const client = vendorClient(app.url, app.admin)
    const own = { name: 'Courses', description: 'All of them', tags: 'a, b', referenceId: 'ref-7', partnerData: 'x=1' }
    const made = (await client('category.add', vendorObject('Category', own))) as Json
    expect(made).toMatchObject({ ...own, tags: 'a,b' })
    const { id } = made
    const found = async (filter: Json): Promise<boolean> => {
      const list = (await client('category.listAction', vendorObject('CategoryFilter', filter))) as Json
      return objectsOf(list).some((one) => one['id'] === id)
    }
    expect(await found({ tagsMultiLikeAnd: 'a,b' })).toBe(true)
    expect(await found({ tagsLike: 'c' })).toBe(false)
    expect(await found({ referenceIdEqual: 'REF-7' })).toBe(true)
    expect(await found({ nameOrReferenceIdStartsWith: 'ref' })).toBe(true)
    expect(await found({ freeText: 'all of' })).toBe(true)
    expect(await found({ nameEqual: 'course' })).toBe(false)

    const update = (category: object) => client('category.update', id, category)
    expect(await update(vendorObject('Category', { description: 'Some', tags: 'c' }))).toMatchObject({
      ...own,
      description: 'Some',
      tags: 'c',
    })
    const cleared = (await update({ objectType: 'KalturaCategory', tags: '', description__null: '' })) as Json
    expect(cleared).toMatchObject({ name: 'Courses', referenceId: 'ref-7' })
    expect(cleared).not.toHaveProperty('tags')
    expect(cleared).not.toHaveProperty('description')
    const get = `${app.url}/api_v3/service/category/action/get/id/${id}?ks=${encodeURIComponent(app.user)}`
    expect(await fetched(get)).toContain('<description></description><tags></tags><referenceId>ref-7</referenceId>')
    await client('category.deleteAction', id)
  })

  it.each<readonly [string, () => Promise<Json>, Json]>([
    [
      'too much to say',
      () => addCategory({ name: 'x', description: 'x'.repeat(4_097) }),
      { code: 'PROPERTY_VALIDATION_MAX_LENGTH', args: { PROP_NAME: 'KalturaCategory::description', MAX_LEN: '4096' } },
    ],
    [
      'no name',
      () => addCategory({}),
      { code: 'PROPERTY_VALIDATION_CANNOT_BE_NULL', args: { PROP_NAME: 'KalturaCategory::name' } },
    ],
    [
      'a parent there is not',
      () => addCategory({ name: 'x', parentId: 5 }),
      { code: 'PARENT_CATEGORY_NOT_FOUND', args: { ID: '5' } },
    ],
    [
      'a name twice',
      async () => {
        await addCategory({ name: 'Twice' })
        return addCategory({ name: 'twice' })
      },
      { code: 'DUPLICATE_CATEGORY' },
    ],
    [
      'a user who makes one',
      () => app.call('category.add', { ks: app.user, category: { name: 'x' } }),
      { code: 'SERVICE_FORBIDDEN', args: { SERVICE: 'category->add' } },
    ],
    [
      'a move below itself',
      async () => {
        const top = await addCategory({ name: 'Top' })
        const below = await addCategory({ name: 'Below', parentId: top['id'] })
        const request = { ks: app.admin, categoryIds: String(top['id']), targetCategoryParentId: below['id'] }
        return app.call('category.move', request)
      },
      { code: 'PARENT_CATEGORY_IS_CHILD' },
    ],
  ])('refuse %s', async (_, run, expected) => {
    expect(await run()).toMatchObject(expected)
  })
})

describe('entries in categories', () => {
  it('are put there, listed, found, and taken out', async () => {
    const [a, b] = [await addCategory({ name: 'A' }), await addCategory({ name: 'B' })]
    const below = await addCategory({ name: 'Below B', parentId: b['id'] })
    const entryId = await readyEntry(app, app.user)
    const put = (categoryId: unknown, entry: unknown = entryId) =>
      app.call('categoryEntry.add', { ks: app.user, categoryEntry: { categoryId, entryId: entry } })
    expect(await put(a['id'])).toMatchObject({
      objectType: 'KalturaCategoryEntry',
      categoryId: a['id'],
      entryId,
      status: 2,
    })
    expect(await put(below['id'])).toMatchObject({ categoryFullIds: `${b['id']}>${below['id']}` })
    expect(await put(a['id'])).toMatchObject({ code: 'CATEGORY_ENTRY_ALREADY_EXISTS' })
    expect(await put(1)).toMatchObject({ code: 'CATEGORY_NOT_FOUND', args: { ID: '1' } })
    expect(await put(a['id'], '0_none')).toMatchObject({ code: 'INVALID_ENTRY_ID', args: { ID: '0_none' } })
    expect(await app.call('media.get', { ks: app.user, entryId })).toMatchObject({
      categories: 'A,B>Below B',
      categoriesIds: `${a['id']},${below['id']}`,
    })
    const filed = (filter: Json) => app.call('categoryEntry.list', { ks: app.user, filter })
    expect(await filed({ entryIdEqual: entryId })).toMatchObject({ totalCount: 2 })
    expect(await filed({ categoryIdEqual: a['id'] })).toMatchObject({ totalCount: 1, objects: [{ entryId }] })
    expect(await filed({ categoryIdIn: String(b['id']) })).toMatchObject({ totalCount: 0 })
    expect(await filed({})).toMatchObject({ code: 'MUST_FILTER_ON_ENTRY_OR_CATEGORY' })
    const found = (filter: Json) => app.call('media.list', { ks: app.admin, filter })
    expect(await found({ categoriesIdsMatchOr: String(b['id']) })).toMatchObject({ totalCount: 0 })
    expect(await found({ categoryAncestorIdIn: String(b['id']) })).toMatchObject({
      totalCount: 1,
      objects: [{ id: entryId }],
    })
    const takeOut = { ks: app.user, entryId, categoryId: a['id'] }
    expect(await app.value('categoryEntry.delete', takeOut)).toBeNull()
    expect(await app.call('categoryEntry.delete', takeOut)).toMatchObject({ code: 'ENTRY_IS_NOT_ASSIGNED_TO_CATEGORY' })
    // Its entries go to the parent of a category that is deleted.
    expect(await app.value('category.delete', { ks: app.admin, id: below['id'] })).toBeNull()
    expect(await filed({ entryIdEqual: entryId })).toMatchObject({ totalCount: 1, objects: [{ categoryId: b['id'] }] })
  })

  it('may be named when the entry is made or changed, by number or by full name', async () => {
    const known = await addCategory({ name: 'Known' })
    const entry = await newEntryOf(app, app.user, { categoriesIds: String(known['id']) })
    expect(entry).toMatchObject({ categories: 'Known' })
    const changed = await app.call('media.update', {
      ks: app.user,
      entryId: entry['id'],
      mediaEntry: { categories: 'known>New one,Other' },
    })
    expect(changed).toMatchObject({ categories: 'Known>New one,Other' })
    expect(await newEntryOf(app, app.user, { categoriesIds: '77' })).toMatchObject({ code: 'CATEGORY_NOT_FOUND' })
  })
})
