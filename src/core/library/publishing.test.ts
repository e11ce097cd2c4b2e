import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { describeOnBothDatabases, unitOfWorkOn } from '../../../test/support/database.ts'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { anAsset, anUpload, aProject, aSource, START_MS } from '../../../test/support/rows.ts'
import { MemoryBus } from '../../bus/memory-bus.ts'
import { DatabaseJobQueue } from '../../queue/database-job-queue.ts'
import { SystemRandom } from '../../system/system-random.ts'
import type { DomainEvent } from '../events.ts'
import type { AssetId } from '../ids.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { UploadTarget } from '../uploads/upload.ts'
import type { Asset, Source } from './asset.ts'
import { CategoryService } from './category-service.ts'
import { ChannelService } from './channel-service.ts'
import { ExternalNames } from './external-names.ts'
import { LibraryService } from './library-service.ts'
import { PlacementService } from './placement-service.ts'
import { MAX_POSTER_BYTES, PosterService } from './poster-service.ts'
import { SourceLifecycle } from './source-lifecycle.ts'
import { SourceVersions } from './source-versions.ts'

const PACKAGE = { renditions: [] }
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])

describeOnBothDatabases('publishing', ({ fresh }) => {
  async function open() {
    const database = (await fresh()).open()
    const work = unitOfWorkOn(database)
    const clock = new ManualClock(START_MS)
    const random = new SystemRandom()
    const bus = new MemoryBus({ onHandlerError: () => undefined })
    const queue = new DatabaseJobQueue({ database, clock, bus })
    const wakeWorkers = async (): Promise<void> => undefined
    const stored = new Map<string, Buffer>()
    const blobs = {
      put: async (key: string, body: Readable) => {
        stored.set(key, Buffer.concat(await body.toArray()))
        return { sizeBytes: 0, modifiedAtMs: 0 }
      },
      delete: async (key: string) => void stored.delete(key),
    } as unknown as BlobStore
    const library = new LibraryService({ work, clock, random, wakeWorkers })
    const project = aProject()
    await work.read.projects.insert(project)
    const projectId = project.id
    const lifecycle = new SourceLifecycle({ work, clock, random })
    /** An asset with a file, as its upload left it. */
    const uploaded = async (own: Partial<Asset> = {}, target: Partial<UploadTarget> = {}) => {
      const asset = anAsset(projectId, own)
      await work.read.assets.insert(asset)
      const source = await newVersion(asset, 1, target)
      return { asset, source }
    }
    const newVersion = async (asset: Asset, version: number, target: Partial<UploadTarget> = {}): Promise<Source> => {
      const plain = anUpload(projectId, { assetId: asset.id, state: 'consumed' })
      const upload = { ...plain, target: { ...plain.target, ...target } }
      await work.read.uploads.insert(upload, upload.id)
      const activation = target.activation ?? 'automatic'
      const source = aSource(asset, { version, uploadId: upload.id, activation, fileName: 'film.mp4' })
      await work.read.sources.insert(source)
      return source
    }
    /** What the encoder's worker reports. */
    const encode = async (source: Source): Promise<void> => {
      const subject = { projectId, assetId: source.assetId, sourceId: source.id }
      const key = `encode:${source.id}`
      await work.read.jobs.enqueue({ kind: 'encode', ...subject }, { key, nowMs: clock.now() })
      const job = await queue.claim({ kinds: ['encode'], workerId: 'w', leaseMs: 60_000 })
      if (job?.sourceId !== source.id) throw new Error('another job came first')
      await lifecycle.encoded(job, PACKAGE as never, 'prefix/')
    }
    const ready = async (own: Partial<Asset> = {}, target: Partial<UploadTarget> = {}): Promise<Asset> => {
      const { asset, source } = await uploaded(own, target)
      await encode(source)
      return asset
    }
    const events = async (): Promise<DomainEvent[]> =>
      (await work.read.outbox.list(projectId, 500)).map(({ event }) => event)
    const typesOf = async (prefix: string): Promise<string[]> =>
      (await events()).map(({ type }) => type).filter((type) => type.startsWith(prefix))
    const currentOf = async (asset: Asset) => (await work.read.assets.find(asset.id))?.currentSourceId
    return {
      ...{ work, clock, projectId, library, stored, uploaded, newVersion, encode, ready, events, typesOf, currentOf },
      categories: new CategoryService({ work, clock, random }),
      channels: new ChannelService({ work, clock, random }),
      placements: new PlacementService({ library, work, clock, random }),
      versions: new SourceVersions({ work, clock, random, wakeWorkers }),
      posters: new PosterService({ work, blobs, clock, random, wakeWorkers }),
      names: new ExternalNames({ work }),
    }
  }

  describe('editing an asset', () => {
    it('changes what was asked for, and tells what it was', async () => {
      const { library, projectId, ready, events } = await open()
      const asset = await ready({ metadata: { a: '1', b: '2' } })
      const edit = { title: 'New', tags: [' x ', 'x', '', 'y'], metadata: { b: undefined, c: '3' } }
      const view = await library.update(projectId, asset.id, edit)
      expect(view.asset).toMatchObject({ title: 'New', tags: ['x', 'y'], metadata: { a: '1', c: '3' } })
      const told = { type: 'asset.updated', assetId: asset.id, changes: ['title', 'tags', 'metadata'] }
      expect((await events()).at(-1)).toEqual(told)
    })

    it('tells nobody when nothing changed', async () => {
      const { library, projectId, ready, typesOf } = await open()
      const asset = await ready()
      await library.update(projectId, asset.id, { title: asset.title, categoryIds: [], tags: [] })
      expect(await typesOf('asset.updated')).toEqual([])
    })

    it('refuses what is too long, and categories and assets of others', async () => {
      const { library, projectId, ready } = await open()
      const asset = await ready()
      const update = (edit: object, id: string = asset.id) => library.update(projectId, id, edit)
      await expect(update({ title: 'x'.repeat(1_025) })).rejects.toMatchObject({ code: 'invalid_argument' })
      await expect(update({ tags: ['x'.repeat(257)] })).rejects.toMatchObject({ code: 'invalid_argument' })
      await expect(update({ categoryIds: ['cat_nobody'] })).rejects.toMatchObject({ code: 'not_found' })
      await expect(update({}, 'ast_nobody')).rejects.toMatchObject({ code: 'not_found' })
      await expect(library.update(aProject().id, asset.id, {})).rejects.toMatchObject({ code: 'not_found' })
    })
  })

  describe('categories', () => {
    it('are a tree that can be moved about, but not below itself', async () => {
      const { categories, projectId } = await open()
      const top = await categories.create({ projectId, name: 'top' })
      const mid = await categories.create({ projectId, name: ' mid ', parentId: top.id })
      const low = await categories.create({ projectId, name: 'low', parentId: mid.id })
      const tree = await categories.tree(projectId)
      expect(tree.path(low.id).map(({ name }) => name)).toEqual(['top', 'mid', 'low'])
      expect(tree.withDescendants(top.id)).toEqual([top.id, mid.id, low.id])
      for (const parentId of [top.id, low.id]) {
        const move = categories.update(projectId, top.id, { parentId })
        await expect(move).rejects.toMatchObject({ code: 'state_conflict' })
      }
      await categories.update(projectId, low.id, { parentId: undefined })
      const names = (await categories.tree(projectId)).childrenOf(undefined).map(({ name }) => name)
      expect(names.toSorted()).toEqual(['low', 'top'])
    })

    it('are no deeper than 32, also after a move', async () => {
      const { categories, projectId } = await open()
      const chain = async (length: number) => {
        const made = [await categories.create({ projectId, name: 'c' })]
        while (made.length < length)
          made.push(await categories.create({ projectId, name: 'c', parentId: made.at(-1)?.id }))
        return made
      }
      const [tall, short] = [await chain(31), await chain(2)]
      const move = categories.update(projectId, short[0]?.id ?? '', { parentId: tall.at(-1)?.id })
      await expect(move).rejects.toMatchObject({ code: 'invalid_argument' })
      await categories.create({ projectId, name: 'last', parentId: tall.at(-1)?.id })
    })

    it('that are deleted let their assets stay, and each is told of', async () => {
      const { categories, library, projectId, ready, typesOf } = await open()
      const top = await categories.create({ projectId, name: 'top' })
      const low = await categories.create({ projectId, name: 'low', parentId: top.id })
      const asset = await ready()
      await categories.addAsset(projectId, low.id, asset.id)
      await categories.delete(projectId, top.id)
      expect((await library.get(projectId, asset.id)).asset.id).toBe(asset.id)
      expect(await typesOf('category.deleted')).toHaveLength(2)
      await expect(categories.get(projectId, low.id)).rejects.toMatchObject({ code: 'not_found' })
    })

    it.each(['', '   ', 'x'.repeat(257)])('have a name: not %j', async (name) => {
      const { categories, projectId } = await open()
      await expect(categories.create({ projectId, name })).rejects.toMatchObject({ code: 'invalid_argument' })
    })
  })

  describe('an asset that becomes ready', () => {
    it('is placed where its upload and its categories say, once', async () => {
      const { categories, channels, placements, projectId, uploaded, encode, typesOf } = await open()
      const [mapped, named] = [
        await channels.create({ projectId, name: 'mapped' }),
        await channels.create({ projectId, name: 'named' }),
      ]
      const category = await categories.create({ projectId, name: 'c' })
      await categories.addChannel(projectId, category.id, mapped.id)
      const { asset, source } = await uploaded({}, { channelIds: [named.id, mapped.id] })
      await categories.addAsset(projectId, category.id, asset.id)
      expect(await placements.ofAssets([asset.id])).toEqual([])
      await encode(source)
      const placed = await placements.ofAssets([asset.id])
      expect(placed.map(({ channelId }) => channelId).toSorted()).toEqual([mapped.id, named.id].toSorted())
      for (const { key } of placed) expect(key).toMatch(/^[A-Za-z0-9]{8}$/)
      expect(await typesOf('placement.')).toEqual(['placement.created', 'placement.created'])
    })

    it('is not held up by a channel that is gone', async () => {
      const { channels, placements, projectId, uploaded, encode } = await open()
      const channel = await channels.create({ projectId, name: 'gone' })
      const { asset, source } = await uploaded({}, { channelIds: [channel.id] })
      await channels.delete(projectId, channel.id)
      await encode(source)
      expect(await placements.ofAssets([asset.id])).toEqual([])
    })
  })

  describe('placements', () => {
    it('are made once for an asset in a channel, and end', async () => {
      const { channels, placements, projectId, ready, events } = await open()
      const channel = await channels.create({ projectId, name: 'Main' })
      const asset = await ready({ title: 'Film' })
      const placement = await placements.attach(projectId, asset.id, channel.id)
      expect(await placements.attach(projectId, asset.id, channel.id)).toEqual(placement)
      expect(await placements.getByKey(placement.key)).toEqual(placement)
      await placements.detach(projectId, asset.id, channel.id)
      expect((await events()).at(-1)).toEqual({
        type: 'placement.deleted',
        placementId: placement.id,
        key: placement.key,
        channelId: channel.id,
        channelName: 'Main',
        assetId: asset.id,
        asset: { title: 'Film', fileName: 'film.mp4', categoryPath: [], names: {} },
      })
      await expect(placements.detach(projectId, asset.id, channel.id)).rejects.toMatchObject({ code: 'not_found' })
    })

    it('of a channel for encrypted assets take no others', async () => {
      const { channels, placements, projectId, ready } = await open()
      const policy = { requiresEncryption: true }
      const channel = await channels.create({ projectId, name: 'Safe', policy })
      const attach = placements.attach(projectId, (await ready()).id, channel.id)
      await expect(attach).rejects.toMatchObject({ details: { reason: 'encryption_required' } })
    })

    it('go with their channel and with their asset, each told of before', async () => {
      const { channels, library, placements, projectId, ready, events, typesOf } = await open()
      const [one, two] = [
        await channels.create({ projectId, name: '1' }),
        await channels.create({ projectId, name: '2' }),
      ]
      const asset = await ready()
      for (const channel of [one, two]) await placements.attach(projectId, asset.id, channel.id)
      await channels.delete(projectId, one.id)
      expect((await events()).slice(-2).map(({ type }) => type)).toEqual(['placement.deleted', 'channel.deleted'])
      await library.delete(projectId, asset.id)
      expect((await events()).slice(-2).map(({ type }) => type)).toEqual(['placement.deleted', 'asset.deleted'])
      expect((await events()).at(-1)).toMatchObject({ asset: { fileName: 'film.mp4' } })
      expect(await typesOf('placement.deleted')).toHaveLength(2)
    })

    it('play another asset under the same key, and the one before again', async () => {
      const { channels, placements, projectId, ready, events } = await open()
      const channel = await channels.create({ projectId, name: 'c' })
      const [before, after] = [await ready(), await ready()]
      const { key } = await placements.attach(projectId, before.id, channel.id)
      expect(await placements.replace(projectId, key, after.id)).toMatchObject({ key, assetId: after.id })
      expect((await events()).at(-1)).toMatchObject({ type: 'placement.replaced', previousAssetId: before.id, key })
      expect(await placements.restore(projectId, key)).toMatchObject({ key, assetId: before.id })
      expect((await placements.getByKey(key)).assetId).toBe(before.id)
    })

    it('refuse what cannot take the place of another', async () => {
      const { channels, placements, projectId, ready, uploaded, library } = await open()
      const channel = await channels.create({ projectId, name: 'c' })
      const asset = await ready({ kind: 'video' })
      const { key } = await placements.attach(projectId, asset.id, channel.id)
      const there = await ready({ kind: 'video' })
      await placements.attach(projectId, there.id, channel.id)
      const { asset: unready } = await uploaded({ kind: 'video' })
      const refusal = async (id: AssetId) =>
        placements.replace(projectId, key, id).then(
          () => 'none',
          (error) => error.details.reason ?? error.code,
        )
      expect(await refusal((await ready({ kind: 'audio' })).id)).toBe('kind_differs')
      expect(await refusal(there.id)).toBe('already_there')
      expect(await refusal(unready.id)).toBe('not_ready')
      expect(await refusal('ast_nobody' as AssetId)).toBe('not_found')
      await expect(placements.restore(projectId, key)).rejects.toMatchObject({ details: { reason: 'nothing_before' } })
      await expect(placements.replace(aProject().id, key, there.id)).rejects.toMatchObject({ code: 'not_found' })
      await library.delete(projectId, asset.id)
      await expect(placements.getByKey(key)).rejects.toMatchObject({ code: 'not_found' })
    })

    it('are listed page by page with their assets', async () => {
      const { channels, placements, projectId, ready } = await open()
      const channel = await channels.create({ projectId, name: 'c' })
      for (const title of ['a', 'b', 'c']) {
        await placements.attach(projectId, (await ready({ title })).id, channel.id)
      }
      const page = await placements.list(projectId, channel.id, {}, { offset: 1, limit: 1, order: 'title_asc' })
      expect(page.total).toBe(3)
      expect(page.items).toMatchObject([{ placement: { channelId: channel.id }, view: { asset: { title: 'b' } } }])
    })
  })

  describe('a version that waits for approval', () => {
    it('does not play before somebody says so, and can be undone', async () => {
      const { versions, projectId, ready, newVersion, encode, currentOf, typesOf } = await open()
      const asset = await ready()
      const first = await currentOf(asset)
      const second = await newVersion(asset, 2, { activation: 'manual' })
      await encode(second)
      expect(await currentOf(asset)).toBe(first)
      expect(await typesOf('source.ready')).toHaveLength(1)
      await versions.activate(projectId, asset.id, second.id)
      expect(await currentOf(asset)).toBe(second.id)
      await versions.activate(projectId, asset.id, first as never)
      expect(await currentOf(asset)).toBe(first)
      expect((await versions.list(projectId, asset.id)).map(({ version }) => version)).toEqual([2, 1])
    })

    it('plays as soon as it can when it is approved before', async () => {
      const { versions, projectId, ready, newVersion, encode, currentOf } = await open()
      const asset = await ready()
      const second = await newVersion(asset, 2, { activation: 'manual' })
      await versions.activate(projectId, asset.id, second.id)
      expect(await currentOf(asset)).not.toBe(second.id)
      await encode(second)
      expect(await currentOf(asset)).toBe(second.id)
    })

    it('can be given up, but not while it plays', async () => {
      const { work, versions, projectId, ready, newVersion, currentOf } = await open()
      const asset = await ready()
      const second = await newVersion(asset, 2, { activation: 'manual' })
      await versions.discard(projectId, asset.id, second.id)
      expect(await work.read.sources.get(second.id)).toBeUndefined()
      const playing = await currentOf(asset)
      const discard = versions.discard(projectId, asset.id, playing as never)
      await expect(discard).rejects.toMatchObject({ code: 'state_conflict' })
      await expect(versions.discard(projectId, asset.id, second.id)).rejects.toMatchObject({ code: 'not_found' })
    })

    it('that failed cannot be chosen', async () => {
      const { work, versions, projectId, ready, newVersion } = await open()
      const asset = await ready()
      const second = await newVersion(asset, 2)
      await work.read.sources.update(second.id, { failure: { code: 'c', reason: 'r', message: 'm' } })
      const activate = versions.activate(projectId, asset.id, second.id)
      await expect(activate).rejects.toMatchObject({ code: 'state_conflict', details: { reason: 'r' } })
    })
  })

  describe('a chosen picture', () => {
    const signal = new AbortController().signal

    it('takes the place of the one before, which is deleted', async () => {
      const { work, posters, projectId, ready, stored, typesOf, currentOf } = await open()
      const asset = await ready()
      await posters.set(projectId, asset.id, Readable.from([JPEG]), signal)
      const [first] = [...stored.keys()]
      await posters.set(projectId, asset.id, Readable.from([JPEG.subarray(0, 4), JPEG.subarray(4)]), signal)
      const [second] = [...stored.keys()]
      expect(stored.size).toBe(1)
      expect(second).not.toBe(first)
      const source = await work.read.sources.get((await currentOf(asset)) as never)
      expect(source?.posterKey).toBe(second)
      expect(await typesOf('asset.updated')).toHaveLength(2)
    })

    it('must be a picture of a sensible size, for an asset with a file', async () => {
      const { posters, projectId, ready, library, stored } = await open()
      const asset = await ready()
      const set = (body: Buffer[], id = asset.id) => posters.set(projectId, id, Readable.from(body), signal)
      await expect(set([Buffer.from('<svg>')])).rejects.toMatchObject({ code: 'type_not_allowed' })
      await expect(set([JPEG, Buffer.alloc(MAX_POSTER_BYTES)])).rejects.toMatchObject({ code: 'too_large' })
      const { asset: empty } = await library.create({ projectId, title: '' })
      await expect(set([JPEG], empty.id)).rejects.toMatchObject({ code: 'state_conflict' })
      expect(stored.size).toBe(0)
    })
  })

  it('gives what was made elsewhere a name of its own in a dialect, for good', async () => {
    const { names, projectId, ready } = await open()
    const [one, two] = [await ready(), await ready()]
    const keys = ['taken', 'taken', 'free']
    const make = (): string => keys.shift() ?? 'none'
    const named = await names.ensure(projectId, 'n', [one.id, two.id], make)
    expect([...named]).toEqual([
      [one.id, 'taken'],
      [two.id, 'free'],
    ])
    expect(await names.ensure(projectId, 'n', [two.id, one.id], make)).toEqual(new Map([...named].toReversed()))
    expect(await names.subjectOf(projectId, 'n', 'free')).toBe(two.id)
    await expect(names.subjectOf(aProject().id, 'n', 'free')).rejects.toMatchObject({ code: 'not_found' })
  })
})
