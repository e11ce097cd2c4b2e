import { describe, expect, it } from 'vitest'
import type { AssetId } from '../../src/core/ids.ts'
import type { Asset } from '../../src/core/library/asset.ts'
import type { AssetFilter, AssetOrder } from '../../src/core/library/asset-filter.ts'
import type { UnitOfWork } from '../../src/core/ports/unit-of-work.ts'
import { aCategory, aChannel, anAsset, aPlacement, aProject, aSource, START_MS } from '../support/rows.ts'

/** What both databases promise of categories, channels, placements and searching: called once for each. */
export function libraryRepositoriesContract(open: () => Promise<UnitOfWork>): void {
  async function openLibrary() {
    const work = await open()
    const { read } = work
    const project = aProject()
    await read.projects.insert(project)
    /** A listed asset, one millisecond younger than the one before. */
    let age = 0
    const insert = async (own: Partial<Asset> = {}, state: 'waiting' | 'processing' | 'failed' | 'ready' = 'ready') => {
      const asset = anAsset(project.id, { createdAtMs: START_MS + age++, ...own })
      await read.assets.insert(asset)
      if (state === 'waiting') return asset
      const source = aSource(asset)
      await read.sources.insert(source)
      if (state === 'failed')
        await read.sources.update(source.id, { failure: { code: 'c', reason: 'r', message: 'm' } })
      if (state === 'ready') await read.assets.update(asset.id, { currentSourceId: source.id }, asset.updatedAtMs)
      return asset
    }
    const find = async (filter: AssetFilter, order: AssetOrder = 'created_asc', offset = 0, limit = 100) => {
      const found = await read.assets.search(project.id, filter, { order, offset, limit })
      return found.map((asset) => asset.title)
    }
    return { work, read, project, insert, find }
  }

  describe('searching assets', () => {
    it('counts all and shows a page of them, in every order', async () => {
      const { read, project, insert, find } = await openLibrary()
      for (const title of ['b', 'C', 'a']) await insert({ title })
      await insert({ title: 'waiting' }, 'waiting')
      expect(await read.assets.count(project.id, {})).toBe(3)
      expect(await find({}, 'created_desc')).toEqual(['a', 'C', 'b'])
      expect(await find({}, 'created_asc', 1, 1)).toEqual(['C'])
      expect(await find({}, 'title_asc')).toEqual(['a', 'b', 'C'])
      expect(await find({}, 'title_desc')).toEqual(['C', 'b', 'a'])
      const [first] = await read.assets.search(project.id, {}, { order: 'created_asc', offset: 0, limit: 1 })
      await read.assets.update(first?.id as AssetId, { description: 'd' }, START_MS + 1_000)
      expect((await find({}, 'updated_desc'))[0]).toBe('b')
      expect((await find({}, 'updated_asc')).at(-1)).toBe('b')
    })

    it('shows nothing of another project', async () => {
      const { read, insert } = await openLibrary()
      await insert()
      const other = aProject()
      await read.projects.insert(other)
      expect(await read.assets.count(other.id, {})).toBe(0)
    })

    it.each([
      [['waiting'], ['w']],
      [['processing'], ['p']],
      [['failed'], ['f']],
      [['ready'], ['r']],
      [
        ['waiting', 'ready'],
        ['w', 'r'],
      ],
      [
        ['processing', 'failed'],
        ['p', 'f'],
      ],
    ] as const)('tells states apart: %s', async (states, titles) => {
      const { insert, find } = await openLibrary()
      await insert({ title: 'w' }, 'waiting')
      await insert({ title: 'p' }, 'processing')
      await insert({ title: 'f' }, 'failed')
      await insert({ title: 'r' }, 'ready')
      expect(await find({ states })).toEqual(titles)
    })

    it('takes an asset whose newer file is under way for one that is not failed', async () => {
      const { read, insert, find } = await openLibrary()
      const asset = await insert({ title: 'again' }, 'failed')
      await read.sources.insert(aSource(asset, { version: 2 }))
      expect(await find({ states: ['failed'] })).toEqual([])
      expect(await find({ states: ['processing'] })).toEqual(['again'])
    })

    it.each<[string, AssetFilter, string[]]>([
      ['a part of the title, whatever its case', { keyword: 'ÜBER' }, ['Über Wasser']],
      ['a part of a tag', { keyword: 'sho' }, ['tagged']],
      ['text that SQL would take for a pattern', { keyword: '100%_' }, ['100%_sure']],
      ['a backslash', { keyword: '\\' }, ['back\\slash']],
      ['text of another script', { keyword: '강의' }, ['수학 강의 1']],
      ['nothing for nothing', { keyword: 'absent' }, []],
      ['a whole title', { title: 'über wasser' }, ['Über Wasser']],
      ['a whole tag', { tags: ['SHORT'] }, ['tagged']],
      ['no part of a tag as a whole one', { tags: ['sho'] }, []],
      ['an owner', { ownerId: 'ann' }, ["ann's"]],
      ['what is disabled', { isEnabled: false }, ['off']],
      ['a kind', { kinds: ['audio'] }, ['sound']],
      ['no kind', { kinds: [] }, []],
      ['no ids', { ids: [] }, []],
    ])('finds %s', async (_, filter, titles) => {
      const { insert, find } = await openLibrary()
      await insert({ title: 'Über Wasser' })
      await insert({ title: 'tagged', tags: ['Short', 'film'] })
      await insert({ title: '100%_sure' })
      await insert({ title: '100 sure' })
      await insert({ title: 'back\\slash' })
      await insert({ title: '수학 강의 1' })
      await insert({ title: "ann's", ownerId: 'ann' })
      await insert({ title: 'off', isEnabled: false })
      await insert({ title: 'sound', kind: 'audio' })
      expect(await find(filter)).toEqual(titles)
    })

    it('narrows by time, by id and by what to leave out', async () => {
      const { insert, find } = await openLibrary()
      const [a, b, c] = [await insert({ title: 'a' }), await insert({ title: 'b' }), await insert({ title: 'c' })]
      expect(await find({ createdFromMs: b.createdAtMs })).toEqual(['b', 'c'])
      expect(await find({ createdBeforeMs: b.createdAtMs })).toEqual(['a'])
      expect(await find({ updatedFromMs: c.updatedAtMs })).toEqual(['c'])
      expect(await find({ updatedBeforeMs: c.updatedAtMs })).toEqual(['a', 'b'])
      expect(await find({ ids: [a.id, c.id] })).toEqual(['a', 'c'])
      expect(await find({ notIds: [a.id] })).toEqual(['b', 'c'])
    })

    it('finds an asset by its new title and tags after a change', async () => {
      const { read, insert, find } = await openLibrary()
      const asset = await insert({ title: 'old', tags: ['before'] })
      await read.assets.update(asset.id, { title: 'New', tags: ['After'] }, START_MS)
      expect(await find({ keyword: 'new' })).toEqual(['New'])
      expect(await find({ tags: ['after'] })).toEqual(['New'])
      expect(await find({ keyword: 'before' })).toEqual([])
    })
  })

  describe('categories', () => {
    it('come back as they were stored and changed, to their own project', async () => {
      const { read, project } = await openLibrary()
      const top = aCategory(project.id)
      const below = aCategory(project.id, { parentId: top.id, name: 'Maths', position: 3 })
      await read.categories.insert(top)
      await read.categories.insert(below)
      expect(await read.categories.get(project.id, below.id)).toEqual(below)
      expect(await read.categories.get(aProject().id, below.id)).toBeUndefined()
      await read.categories.update(below.id, { name: 'Physics', parentId: undefined, position: 1 }, START_MS + 1)
      const changed = { ...below, name: 'Physics', parentId: undefined, position: 1, updatedAtMs: START_MS + 1 }
      expect((await read.categories.all(project.id)).toSorted((a, b) => a.position - b.position)).toEqual([
        top,
        changed,
      ])
    })

    it('hold assets in the order they were given, count those that are listed, and are searched by', async () => {
      const { read, project, insert, find } = await openLibrary()
      const [one, two] = [aCategory(project.id), aCategory(project.id)]
      for (const category of [one, two]) await read.categories.insert(category)
      const asset = await insert({ title: 'filed' })
      await insert({ title: 'loose' })
      const waiting = await insert({ title: 'waiting' }, 'waiting')
      expect(await read.categories.addAsset(two.id, asset.id, 1)).toBe(true)
      expect(await read.categories.addAsset(two.id, asset.id, 1)).toBe(false)
      await read.categories.addAsset(one.id, asset.id, 2)
      await read.categories.addAsset(one.id, waiting.id, 2)
      expect((await read.categories.ofAssets([asset.id])).get(asset.id)).toEqual([two.id, one.id])
      expect(await read.categories.assetCounts([one.id, two.id])).toEqual(
        new Map([
          [one.id, 1],
          [two.id, 1],
        ]),
      )
      expect(await find({ categoryIds: [one.id, two.id] })).toEqual(['filed'])
      expect(await find({ categoryIds: [] })).toEqual([])
      expect(await find({ isUncategorised: true })).toEqual(['loose'])
      expect(await read.categories.removeAsset(one.id, asset.id)).toBe(true)
      expect(await read.categories.removeAsset(one.id, asset.id)).toBe(false)
    })

    it('take what is below them along, and leave assets and channels', async () => {
      const { read, project, insert } = await openLibrary()
      const top = aCategory(project.id)
      const below = aCategory(project.id, { parentId: top.id })
      const channel = aChannel(project.id)
      for (const category of [top, below]) await read.categories.insert(category)
      await read.channels.insert(channel)
      const asset = await insert()
      await read.categories.addAsset(below.id, asset.id, 1)
      expect(await read.categories.addChannel(below.id, channel.id)).toBe(true)
      expect(await read.categories.addChannel(below.id, channel.id)).toBe(false)
      expect((await read.categories.channelsOf([below.id])).get(below.id)).toEqual([channel.id])
      await read.categories.delete(top.id)
      expect(await read.categories.all(project.id)).toEqual([])
      expect(await read.assets.find(asset.id)).toBeDefined()
      expect(await read.channels.get(project.id, channel.id)).toEqual(channel)
    })
  })

  describe('channels', () => {
    it('come back as they were stored and changed, page by page, by position', async () => {
      const { read, project } = await openLibrary()
      const last = aChannel(project.id, { name: 'Last', position: 2 })
      const first = aChannel(project.id, { name: 'First', position: 1, metadata: { a: 'b' } })
      for (const channel of [last, first]) await read.channels.insert(channel)
      expect(await read.channels.list(project.id, {}, { offset: 0, limit: 10 })).toEqual([first, last])
      expect(await read.channels.list(project.id, {}, { offset: 1, limit: 10 })).toEqual([last])
      expect(await read.channels.getMany(project.id, [last.id, aChannel(project.id).id])).toEqual([last])
      expect(await read.channels.getMany(aProject().id, [last.id])).toEqual([])
      expect(await read.channels.getMany(project.id, [])).toEqual([])
      expect(await read.channels.list(project.id, { keyword: 'FIR' }, { offset: 0, limit: 10 })).toEqual([first])
      expect(await read.channels.count(project.id, { keyword: 'FIR' })).toBe(1)
      const policy = { ...first.policy, isPublic: true }
      await read.channels.update(first.id, { name: 'Now', isEnabled: false, policy }, START_MS + 1)
      const changed = { ...first, name: 'Now', isEnabled: false, policy, updatedAtMs: START_MS + 1 }
      expect(await read.channels.get(project.id, first.id)).toEqual(changed)
      expect(await read.channels.count(project.id, { keyword: 'now' })).toBe(1)
    })
  })

  describe('placements', () => {
    it('are found by key, channel and asset, once for each pair', async () => {
      const { read, project, insert, find } = await openLibrary()
      const channel = aChannel(project.id)
      await read.channels.insert(channel)
      const [asset, other] = [await insert({ title: 'placed' }), await insert()]
      const placement = aPlacement(channel, asset)
      await read.placements.insert(placement)
      for (const found of [
        await read.placements.get(project.id, placement.id),
        await read.placements.findByKey(placement.key),
        await read.placements.find(channel.id, asset.id),
        (await read.placements.ofAssets([asset.id, other.id]))[0],
        (await read.placements.inChannel(channel.id, [asset.id]))[0],
        (await read.placements.listForChannel(channel.id, { limit: 1 }))[0],
      ]) {
        expect(found).toEqual(placement)
      }
      expect(await find({ channelId: channel.id })).toEqual(['placed'])
      expect(await read.channels.placementCounts([channel.id])).toEqual(new Map([[channel.id, 1]]))
      const twice = aPlacement(channel, asset)
      await expect(read.placements.insert(twice)).rejects.toMatchObject({ code: 'state_conflict' })
      const sameKey = aPlacement(channel, other, { key: placement.key })
      await expect(read.placements.insert(sameKey)).rejects.toMatchObject({ code: 'state_conflict' })
    })

    it('have keys whose case counts', async () => {
      const { read, project, insert } = await openLibrary()
      const channel = aChannel(project.id)
      await read.channels.insert(channel)
      await read.placements.insert(aPlacement(channel, await insert(), { key: 'abcdEFGH' }))
      expect(await read.placements.findByKey('ABCDEFGH')).toBeUndefined()
    })

    it('can play another asset, and go with it; what played before may go without harm', async () => {
      const { read, project, insert } = await openLibrary()
      const channel = aChannel(project.id)
      await read.channels.insert(channel)
      const [before, after] = [await insert(), await insert()]
      const placement = aPlacement(channel, before)
      await read.placements.insert(placement)
      await read.placements.update(placement.id, { assetId: after.id, previousAssetId: before.id })
      expect(await read.placements.findByKey(placement.key)).toMatchObject({
        assetId: after.id,
        previousAssetId: before.id,
      })
      await read.assets.delete(before.id)
      expect(await read.placements.findByKey(placement.key)).toMatchObject({ previousAssetId: undefined })
      await read.assets.delete(after.id)
      expect(await read.placements.findByKey(placement.key)).toBeUndefined()
    })
  })

  describe('names', () => {
    it('are found for many subjects at once, and all of one', async () => {
      const { read, project, insert } = await openLibrary()
      const [one, two] = [await insert(), await insert()]
      const projectId = project.id
      await read.externalKeys.insert({ projectId, namespace: 'n', key: '1', subjectId: one.id })
      await read.externalKeys.insert({ projectId, namespace: 'm', key: '2', subjectId: one.id })
      expect(await read.externalKeys.keysOf('n', [one.id, two.id])).toEqual(new Map([[one.id, '1']]))
      expect(await read.externalKeys.namesOf(one.id)).toEqual({ n: '1', m: '2' })
      await read.externalKeys.deleteOf(one.id)
      expect(await read.externalKeys.namesOf(one.id)).toEqual({})
    })
  })
}
