import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { fakeMediaTools } from '../../test/support/fake-media-tools.ts'
import { openProcessing, type Processing } from '../../test/support/processing.ts'
import { aCategory, aChannel, anAsset, anUpload, aRendition } from '../../test/support/rows.ts'
import { workThrough } from '../../test/support/work-through.ts'
import { DomainError } from '../core/errors.ts'
import type { AssetId, ProjectId } from '../core/ids.ts'
import type { Asset, Source } from '../core/library/asset.ts'
import { AssetSweeper } from '../core/library/asset-sweeper.ts'
import { CopyService } from '../core/library/copy-service.ts'
import { PosterService } from '../core/library/poster-service.ts'
import { ReprocessService } from '../core/library/reprocess-service.ts'
import { SourceVersions } from '../core/library/source-versions.ts'
import { PlaybackService } from '../core/playback/playback-service.ts'
import { RenditionRemoval } from '../core/transcoding/rendition-removal.ts'
import { encodeHandler } from './encode.ts'
import { ingestHandler } from './ingest.ts'
import { ScratchSpace } from './scratch-space.ts'

const FILM = Buffer.from('film')
const PICTURE = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1])
const { signal } = new AbortController()
const DAY_MS = 24 * 60 * 60 * 1000

async function open() {
  const processing = await openProcessing()
  const { work, clock, random, queue, blobs, library, project } = processing
  const wakeWorkers = () => queue.wake()
  const services = {
    copies: new CopyService({ work, clock, random, wakeWorkers }),
    reprocess: new ReprocessService({ work, clock, random, wakeWorkers }),
    versions: new SourceVersions({ work, clock, random, wakeWorkers }),
    posters: new PosterService({ work, blobs, clock, random, wakeWorkers }),
    playback: new PlaybackService({ library, work, blobs, clock, key: Buffer.alloc(32) }),
  }
  const { copies, posters } = services
  const current = async ({ id }: { id: AssetId }): Promise<Source> => {
    const { source } = await library.find(id)
    if (source === undefined) throw new Error('the asset has no file')
    return source
  }
  const settle = async (): Promise<void> => {
    await clock.advance(30_000)
    await workThrough(processing)
  }
  /** An asset that plays, with all there is besides. */
  const readyAsset = async (bytes: Uint8Array = FILM, into?: Asset): Promise<Asset> => {
    const { asset } = await processing.upload(bytes, into)
    await workThrough(processing)
    return asset
  }
  const copy = (asset: { id: AssetId }, wishes = {}) => copies.copy(project.id, asset.id, wishes)
  const remove = (asset: { id: AssetId }) => library.delete(project.id, asset.id)
  const show = (asset: { id: AssetId }, picture = PICTURE) =>
    posters.set(project.id, asset.id, Readable.from([picture]), signal)
  const stored = async (key: string | undefined): Promise<string> =>
    text((await blobs.open(key ?? 'none', { signal })).body)
  return { ...processing, ...services, current, settle, readyAsset, copy, remove, show, stored }
}

type Opened = Awaited<ReturnType<typeof open>>

/** What living sources refer to and is not stored. */
async function missingKeys(processing: Processing): Promise<readonly string[]> {
  const { work, project } = processing
  const keys = new Set(await processing.storedKeys())
  const missing: string[] = []
  const assets = await work.read.assets.list(project.id, { includeWaiting: true }, { limit: 500 })
  for (const { id } of assets) {
    for (const source of await work.read.sources.listForAsset(id)) {
      const { packagePrefix, posterKey, sprites, downloads = [] } = source
      const renditions = await work.read.sources.renditions([source.id])
      const needed = [
        // What was never looked at may not be stored yet.
        ...(source.media === undefined ? [] : [source.blobKey]),
        ...renditions.flatMap(({ name }) => [`${packagePrefix}${name}/index.m3u8`, `${packagePrefix}${name}/0.m4s`]),
        ...(posterKey === undefined ? [] : [posterKey]),
        ...Array.from({ length: sprites?.sheets ?? 0 }, (_, i) => `${sprites?.prefix}sheet-${i + 1}.jpg`),
        ...downloads.map(({ key }) => key),
      ]
      missing.push(...needed.filter((key) => !keys.has(key)))
    }
  }
  return missing
}

async function eventsOf({ work, project }: Opened, { id }: { id: AssetId }) {
  const all = (await work.read.outbox.list(project.id, 500)).map(({ event }) => event)
  return all.filter((event) => 'assetId' in event && event.assetId === id)
}

describe('a copy', () => {
  it('of what plays plays at once, of the same stored bytes', async () => {
    const opened = await open()
    const { current, copy, work, project } = opened
    const asset = await opened.readyAsset()
    const before = await opened.storedKeys()
    await opened.clock.advance(1)
    const made = await copy(asset)
    const [from, source] = [await current(asset), await current(made)]
    expect(made).toMatchObject({ title: asset.title, projectId: project.id })
    expect(made.id).not.toBe(asset.id)
    const shared = { blobKey: from.blobKey, packagePrefix: from.packagePrefix, posterKey: from.posterKey }
    expect(source).toMatchObject({ ...shared, media: from.media, treatment: from.treatment, version: 1 })
    expect(source).toMatchObject({ sizeBytes: from.sizeBytes, fileName: from.fileName, activation: 'automatic' })
    expect(await opened.library.find(made.id)).toMatchObject({ status: { state: 'ready' }, isChanging: false })
    const [one, other] = [
      await work.read.sources.renditions([from.id]),
      await work.read.sources.renditions([source.id]),
    ]
    expect(other).toEqual(one.map((rendition, i) => ({ ...rendition, id: other[i]?.id, sourceId: source.id })))
    expect(await eventsOf(opened, made)).toEqual([{ type: 'asset.ready', assetId: made.id, sourceId: source.id }])
    await opened.settle()
    expect(await opened.storedKeys()).toEqual(before)
    // Each file comes from an upload of its own, which nobody is shown.
    expect(await work.read.uploads.get(source.uploadId)).toMatchObject({ assetId: made.id, state: 'consumed' })
    const listed = await work.read.uploads.list(project.id, { states: [] }, { limit: 10 })
    expect(listed.map(({ id }) => id)).toEqual([from.uploadId])
  })

  it('says what the other says, except what is wished, and is filed where that is', async () => {
    const { readyAsset, copy, library, project, work, clock } = await open()
    const [category, other] = [aCategory(project.id), aCategory(project.id, { name: 'other' })]
    const channel = aChannel(project.id)
    for (const one of [category, other]) await work.read.categories.insert(one)
    await work.read.channels.insert(channel)
    await work.read.categories.addChannel(category.id, channel.id)
    const asset = await readyAsset()
    const edit = { title: 'A', description: 'B', tags: ['c'], ownerId: 'ann', metadata: { course: '7', year: '1' } }
    await library.update(project.id, asset.id, { ...edit, categoryIds: [category.id] })
    const subtitle = {
      id: 'sub_1' as never,
      assetId: asset.id,
      language: 'en',
      label: 'English',
      isDefault: true,
    } as const
    await work.read.subtitles.insert({ ...subtitle, kind: 'captions', createdAtMs: clock.now() }, 'WEBVTT')
    const categoriesOf = async ({ id }: Asset) => (await work.read.categories.ofAssets([id])).get(id)
    const subtitlesOf = async ({ id }: Asset) => (await work.read.subtitles.listForAsset(id)).map(({ label }) => label)
    const placesOf = async ({ id }: Asset) => (await work.read.placements.ofAssets([id])).map((one) => one.channelId)

    const same = await copy(asset)
    expect(same).toMatchObject(edit)
    expect([await categoriesOf(same), await subtitlesOf(same), await placesOf(same)]).toEqual([
      [category.id],
      ['English'],
      [channel.id],
    ])
    const [kept] = await work.read.subtitles.listForAsset(same.id)
    expect(kept).toMatchObject({ language: 'en', kind: 'captions', isDefault: true })
    expect(await work.read.subtitles.vtt(kept?.id as never)).toBe('WEBVTT')

    const wished = { title: 'Z', tags: [], metadata: { course: undefined, term: '2' }, categoryIds: [other.id] }
    const different = await copy(asset, { edit: wished, withSubtitles: false })
    expect(different).toMatchObject({ title: 'Z', tags: [], description: 'B', metadata: { year: '1', term: '2' } })
    expect([await categoriesOf(different), await subtitlesOf(different), await placesOf(different)]).toEqual([
      [other.id],
      [],
      [],
    ])
    expect(await library.find(asset.id)).toMatchObject({ asset: edit })
  })

  it('plays as the other does when it is encrypted', async () => {
    const opened = await open()
    const { asset, upload } = await opened.upload(FILM)
    await opened.work.read.uploads.update(upload.id, { target: { ...upload.target, encrypt: true } }, 0)
    await workThrough(opened)
    const made = await opened.copy(asset)
    await opened.remove(asset)
    await opened.settle()
    const view = await opened.library.find(made.id)
    const { token = '' } = opened.playback.paths(view) ?? {}
    const sourceId = view.source?.id ?? ''
    expect(await opened.playback.master(token, made.id)).toContain(`${sourceId}/360p/index.m3u8`)
    const keys = await opened.work.read.sources.contentKeys(view.source?.id as never)
    expect(await opened.playback.contentKey(token, { assetId: made.id, sourceId, index: 0 })).toEqual(keys[0])
    const file = await opened.playback.file(token, { assetId: made.id, sourceId, file: '360p/0.m4s', signal })
    expect(await text(file.body)).toBe('360p/0.m4s of film')
    // Processed once more it is still encrypted.
    await opened.reprocess.start(opened.project.id, made.id, {})
    await opened.settle()
    const again = await opened.current(made)
    expect(again).toMatchObject({ version: 2, treatment: { encryption: {} } })
    expect(await opened.work.read.sources.contentKeys(again.id)).not.toEqual(keys)
  })

  it('of what is still being encoded has its original processed for itself', async () => {
    const { upload, run, copy, current, remove, settle, storedKeys, stored, ...rest } = await open()
    const { asset, source } = await upload(FILM)
    await run('ingest', ingestHandler({ ...rest, media: fakeMediaTools() }))
    const made = await copy(asset)
    expect(await rest.library.find(made.id)).toMatchObject({ status: { state: 'processing' } })
    await remove(asset)
    await settle()
    expect(await current(made)).toMatchObject({ blobKey: source.blobKey, readyAtMs: expect.any(Number) })
    expect(await stored((await current(made)).blobKey)).toBe('film')
    await remove(made)
    await settle()
    expect(await storedKeys()).toEqual([])
  })

  it('of what is on its way waits for it', async () => {
    const opened = await open()
    const { work, clock, project, library } = opened
    const asset = anAsset(project.id)
    const open1 = anUpload(project.id, { assetId: asset.id, state: 'receiving' })
    await work.read.assets.insert(asset)
    await work.read.uploads.insert(open1, open1.id)
    const [early, doomed] = [await opened.copy(asset), await opened.copy(asset)]
    expect(await library.find(early.id)).toMatchObject({ status: { state: 'waiting' }, upload: { kind: 'reused' } })
    await workThrough(opened)
    await clock.advance(1)
    // The bytes come, by another upload than they were meant to.
    await work.read.uploads.update(open1.id, { state: 'deleted' }, clock.now())
    const { source } = await opened.upload(FILM, asset)
    const late = await opened.copy(asset)
    const copyOfCopy = await opened.copy(late)
    await opened.remove(doomed)
    for (let i = 0; i < 4; i++) {
      await workThrough(opened)
      await clock.advance(3_000)
    }
    for (const made of [late, copyOfCopy]) {
      expect(await library.find(made.id)).toMatchObject({ status: { state: 'ready' } })
      expect((await opened.current(made)).blobKey).toBe(source.blobKey)
    }
    expect(await library.find(early.id)).toMatchObject({ status: { state: 'failed' }, source: undefined })
    const waits = (await work.read.jobs.listForAsset(early.id)).map(({ kind, state }) => `${kind} ${state}`)
    expect(waits).toEqual(['copy done'])
    await opened.remove(asset)
    await opened.settle()
    expect(await missingKeys(opened)).toEqual([])
  })

  it('waits no longer once the other is gone, or it has got another file', async () => {
    const opened = await open()
    const { asset } = await opened.upload(FILM)
    const [left, served] = [await opened.copy(asset), await opened.copy(asset)]
    await opened.clock.advance(1)
    await opened.upload(Buffer.from('its own'), served)
    await opened.remove(asset)
    await opened.settle()
    await opened.settle()
    expect(await opened.library.find(left.id)).toMatchObject({ status: { state: 'failed' }, source: undefined })
    expect(await opened.stored((await opened.current(served)).blobKey)).toBe('its own')
  })

  it('gets what is still being made of the other besides', async () => {
    const opened = await open()
    const { asset } = await opened.upload(FILM)
    const scratch = new ScratchSpace({ directory: opened.scratchDirectory, work: opened.work })
    const parts = { ...opened, scratch, media: fakeMediaTools() }
    await opened.run('ingest', ingestHandler(parts))
    await opened.run('encode', encodeHandler(parts))
    const made = await opened.copy(asset)
    expect(await opened.current(made)).toMatchObject({ posterKey: undefined, sprites: undefined })
    await workThrough(opened)
    const [from, source] = [await opened.current(asset), await opened.current(made)]
    expect(await opened.stored(source.posterKey)).toBe('picture of film')
    expect(source.posterKey).not.toBe(from.posterKey)
    expect(await missingKeys(opened)).toEqual([])
  })

  it('is refused where there is nothing to copy, to other projects, and when its name is taken', async () => {
    const { readyAsset, upload, copy, copies, work, project, ...opened } = await open()
    const asset = await readyAsset()
    await expect(copies.copy('prj_other' as ProjectId, asset.id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(copies.copy(project.id, 'ast_none' as AssetId)).rejects.toMatchObject({ code: 'not_found' })
    const edit = { categoryIds: ['cat_none' as never] }
    await expect(copy(asset, { edit })).rejects.toMatchObject({ code: 'not_found' })
    await expect(copy(asset, { edit: { title: 'x'.repeat(2_000) } })).rejects.toMatchObject({
      code: 'invalid_argument',
    })
    const name = { namespace: 'vendor.thing', key: 'one' }
    const made = await copy(asset, { externalKeys: [name] })
    expect(await work.read.externalKeys.find('vendor.thing', 'one')).toMatchObject({ subjectId: made.id })
    await expect(copy(asset, { externalKeys: [name] })).rejects.toMatchObject({ code: 'state_conflict' })
    const refused = await upload(Buffer.from('text'))
    await workThrough({ ...opened, upload, work, project } as never, {
      media: { probe: () => Promise.reject(new Error('x')) },
    })
    await expect(copy(refused.asset)).rejects.toMatchObject({ details: { reason: 'no_media' } })
    const without = await copy(refused.asset, { withFile: false })
    expect(await opened.library.find(without.id)).toMatchObject({ status: { state: 'waiting' }, source: undefined })
    expect(await work.read.assets.list(project.id, { includeWaiting: true }, { limit: 50 })).toHaveLength(4)
  })
})

describe('the file of another asset', () => {
  it('becomes the next version of an asset, at once where it would come out the same', async () => {
    const opened = await open()
    const [from, into] = [await opened.readyAsset(), await opened.readyAsset(Buffer.from('other'))]
    const earlier = await opened.current(into)
    const made = await opened.copies.copyFile(opened.project.id, from.id, into.id)
    expect(made).toMatchObject({ version: 2, packagePrefix: (await opened.current(from)).packagePrefix })
    expect((await opened.current(into)).id).toBe(made.id)
    await opened.remove(from)
    await opened.settle()
    expect(await missingKeys(opened)).toEqual([])
    await opened.versions.activate(opened.project.id, into.id, earlier.id)
    await opened.versions.discard(opened.project.id, into.id, made.id)
    await opened.settle()
    expect((await opened.storedKeys()).every((key) => key.startsWith(`sources/${earlier.id}/`))).toBe(true)
    expect(await missingKeys(opened)).toEqual([])
  })

  it('is processed for itself where it is treated otherwise, and waits for approval where that is asked for', async () => {
    const opened = await open()
    const [from, into] = [await opened.readyAsset(), await opened.readyAsset(Buffer.from('other'))]
    const { id } = await opened.copies.copyFile(opened.project.id, from.id, into.id, { profileKey: 'mobile' })
    expect((await opened.current(into)).version).toBe(1)
    await workThrough(opened)
    expect(await opened.current(into)).toMatchObject({ id, treatment: { profileKey: 'mobile' } })
    expect(await opened.stored((await opened.current(into)).blobKey)).toBe('film')
    const wishes = { activation: 'manual' } as const
    const waiting = await opened.copies.copyFile(opened.project.id, from.id, into.id, wishes)
    expect((await opened.current(into)).id).toBe(id)
    expect((await eventsOf(opened, into)).at(-1)).toMatchObject({ type: 'source.ready', sourceId: waiting.id })
    await opened.versions.activate(opened.project.id, into.id, waiting.id)
    expect((await opened.current(into)).id).toBe(waiting.id)
  })

  it('can be the MP4 file of a rendition, which then is the original', async () => {
    const opened = await open()
    const asset = await opened.readyAsset()
    const from = await opened.current(asset)
    const key = `sources/${from.id}/downloads/1-x/360p.mp4`
    await opened.blobs.put(key, Readable.from([Buffer.from('in one file')]), { signal })
    const download = { name: '360p', file: '360p.mp4', key, sizeBytes: 11, widthPx: 640, heightPx: 360 }
    await opened.work.read.sources.update(from.id, { downloads: [download] })
    const into = await opened.readyAsset(Buffer.from('other'))
    const wishes = { rendition: '360p' }
    const made = await opened.copies.copyFile(opened.project.id, asset.id, into.id, wishes)
    expect(made).toMatchObject({ blobKey: key, sizeBytes: 11, fileName: 'holiday 360p.mp4' })
    await opened.remove(asset)
    await opened.settle()
    expect(await opened.stored((await opened.current(into)).blobKey)).toBe('in one file')
    const left = (await opened.storedKeys()).filter((one) => one.startsWith(`sources/${from.id}/`))
    expect(left).toEqual([key, from.posterKey])
    await expect(opened.copies.copyFile(opened.project.id, into.id, into.id, wishes)).rejects.toMatchObject({
      details: { missing: 'file' },
    })
    const unknown = opened.copies.copyFile(opened.project.id, into.id, into.id, { rendition: '9p' })
    await expect(unknown).rejects.toMatchObject({ details: { missing: 'rendition' } })
  })

  it('is not for other projects, either way', async () => {
    const { readyAsset, copies, work } = await open()
    const asset = await readyAsset()
    const foreign = 'prj_foreign' as ProjectId
    await work.read.projects.insert({ id: foreign, name: 'theirs', createdAtMs: 0 })
    const theirs = { ...asset, id: `${asset.id.slice(0, -1)}z` as AssetId, projectId: foreign }
    await work.read.assets.insert(theirs)
    await expect(copies.copyFile(foreign, asset.id, theirs.id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(copies.copyFile(asset.projectId, asset.id, theirs.id)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('what copies share', () => {
  it.each(['the original', 'the copy'])('goes with the last of them, when %s goes first', async (first) => {
    const opened = await open()
    const asset = await opened.readyAsset()
    const made = await opened.copy(asset)
    const [gone, left] = first === 'the copy' ? [made, asset] : [asset, made]
    const before = await opened.storedKeys()
    await opened.remove(gone)
    await opened.settle()
    expect(await opened.storedKeys()).toEqual(before)
    expect(await opened.stored(`${(await opened.current(left)).packagePrefix}360p/0.m4s`)).toBe('360p/0.m4s of film')
    await opened.remove(left)
    await opened.settle()
    expect(await opened.storedKeys()).toEqual([])
  })

  it('is kept exactly as far as it is needed', async () => {
    const opened = await open()
    const asset = await opened.readyAsset()
    const from = await opened.current(asset)
    const made = await opened.copy(asset)
    await opened.show(made)
    await opened.remove(asset)
    await opened.settle()
    // Its own picture took the place of the other's.
    const keys = await opened.storedKeys()
    expect(keys).not.toContain(from.posterKey)
    expect(keys).toEqual(expect.arrayContaining([from.blobKey, `${from.packagePrefix}360p/0.m4s`]))
    await opened.reprocess.start(opened.project.id, made.id, { profileKey: 'mobile' })
    await opened.settle()
    await opened.versions.discard(
      opened.project.id,
      made.id,
      (await opened.versions.list(opened.project.id, made.id))[1]?.id as never,
    )
    await opened.settle()
    const left = (await opened.storedKeys()).filter((key) => key.startsWith(`sources/${from.id}/`))
    expect(left).toEqual([from.blobKey])
    expect(await missingKeys(opened)).toEqual([])
  })

  it('includes the picture, until each has another one', async () => {
    const opened = await open()
    const asset = await opened.readyAsset()
    const made = await opened.copy(asset)
    const { posterKey } = await opened.current(asset)
    await opened.show(asset)
    expect((await opened.current(made)).posterKey).toBe(posterKey)
    expect(await opened.stored(posterKey)).toBe('picture of film')
    const second = await opened.copy(asset)
    await opened.show(asset, Buffer.from([0xff, 0xd8, 0xff, 0xe0, 2]))
    expect(await opened.stored((await opened.current(second)).posterKey)).toBe(PICTURE.toString())
    for (const one of [asset, made, second]) await opened.remove(one)
    await opened.settle()
    expect(await opened.storedKeys()).toEqual([])
  })

  it('survives a purge that dies half-way and is repeated, and one during which copies are made', async () => {
    const opened = await open()
    const asset = await opened.readyAsset()
    const made = await opened.copy(asset)
    await opened.show(made)
    await opened.remove(asset)
    await opened.clock.advance(30_000)
    const { blobs } = opened
    const dying = { ...methodsOf(blobs), delete: () => Promise.reject(new Error('killed')) }
    await workThrough(opened, { blobs: dying as never })
    const [job] = (await opened.work.read.jobs.listForAsset(asset.id)).filter(({ kind }) => kind === 'purge')
    expect(job?.state).toBe('failed')
    await opened.work.read.jobs.requeue(job?.id as never, opened.clock.now())
    let later: Asset | undefined
    const listing = {
      ...methodsOf(blobs),
      async *list(prefix: string) {
        later ??= await opened.copy(made)
        await opened.remove(made)
        yield* blobs.list(prefix)
      },
    }
    await workThrough(opened, { blobs: listing as never })
    await opened.settle()
    expect(await missingKeys(opened)).toEqual([])
    expect(await opened.current(later as Asset)).toMatchObject({ readyAtMs: expect.any(Number) })
    await opened.remove(later as Asset)
    await opened.settle()
    expect(await opened.storedKeys()).toEqual([])
  })

  it('is whole, or not copied, when the other is deleted at the same moment', async () => {
    const opened = await open()
    for (let i = 0; i < 3; i++) {
      const asset = await opened.readyAsset()
      await Promise.allSettled([opened.copy(asset), opened.remove(asset), opened.copy(asset)])
    }
    await opened.settle()
    expect(await missingKeys(opened)).toEqual([])
  })

  it('keeps a size that was removed from one of them, until the others are gone', async () => {
    const opened = await open()
    const { work, clock, project } = opened
    const asset = await opened.readyAsset()
    const from = await opened.current(asset)
    const key = `${from.packagePrefix}240p/index.m3u8`
    await opened.blobs.put(key, Readable.from([Buffer.from('small')]), { signal })
    await opened.blobs.put(`${from.packagePrefix}240p/0.m4s`, Readable.from([Buffer.from('small')]), { signal })
    const small = aRendition(from, { name: '240p', playlist: '240p/index.m3u8' })
    await work.read.sources.setRenditions(from.id, [...(await work.read.sources.renditions([from.id])), small])
    const made = await opened.copy(asset)
    const removal = new RenditionRemoval({ work, clock })
    await removal.remove(project.id, asset.id, '240p')
    await clock.advance(DAY_MS)
    await workThrough(opened)
    expect(await opened.stored(key)).toBe('small')
    expect(await missingKeys(opened)).toEqual([])
    // What the copy gives up is the other's, too.
    await removal.remove(project.id, made.id, '360p')
    await clock.advance(DAY_MS)
    await workThrough(opened)
    expect(await missingKeys(opened)).toEqual([])
    await opened.remove(made)
    await opened.settle()
    expect(await opened.storedKeys()).not.toContain(key)
    expect(await missingKeys(opened)).toEqual([])
  })

  it('stays when the other one’s time is over', async () => {
    const opened = await open()
    const asset = await opened.readyAsset()
    await opened.library.keepUntil(opened.project.id, asset.id, opened.clock.now() + 1_000)
    const made = await opened.copy(asset)
    await opened.clock.advance(2_000)
    const locker = { tryHold: <T>(_: string, then: () => Promise<T>) => then() }
    const sweeper = new AssetSweeper({ ...opened, locker: locker as never })
    expect(await sweeper.sweep()).toEqual({ expiredAssets: 1 })
    await opened.settle()
    expect(await opened.library.find(made.id)).toMatchObject({ status: { state: 'ready' } })
    expect(await missingKeys(opened)).toEqual([])
  })
})

it.each([2, 3])(
  'whatever is copied, replaced, processed and deleted, nothing needed goes and nothing else stays (%i)',
  async (seed) => {
    const opened = await open()
    const { project, clock } = opened
    const next = randomNumbers(seed)
    let assets: Asset[] = [await opened.readyAsset()]
    const any = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T
    const versionOf = async ({ id }: Asset): Promise<Source['id']> =>
      any(await opened.versions.list(project.id, id))?.id ?? ('none' as Source['id'])
    const actions: readonly (() => Promise<unknown>)[] = [
      async () => assets.push((await opened.upload(Buffer.from(`film ${next()}`))).asset),
      async () => assets.push(await opened.copy(any(assets))),
      async () => assets.push(await opened.copy(any(assets))),
      () =>
        opened.copies.copyFile(
          project.id,
          any(assets).id,
          any(assets).id,
          next() < 0.5 ? { profileKey: 'mobile' } : {},
        ),
      () => opened.upload(Buffer.from(`other ${next()}`), any(assets)),
      () => opened.reprocess.start(project.id, any(assets).id, next() < 0.5 ? { profileKey: 'mobile' } : {}),
      () => opened.show(any(assets)),
      async () => {
        const asset = any(assets)
        return opened.versions.activate(project.id, asset.id, await versionOf(asset))
      },
      async () => {
        const asset = any(assets)
        return opened.versions.discard(project.id, asset.id, await versionOf(asset))
      },
      async () => {
        const asset = any(assets)
        await opened.remove(asset)
        assets = assets.filter((one) => one !== asset)
        if (assets.length === 0) assets.push((await opened.upload(FILM)).asset)
      },
      () => workThrough(opened),
      () => opened.settle(),
    ]
    for (let i = 0; i < 40; i++) {
      await clock.advance(1)
      // What cannot be done to this one now is refused, which is as good.
      await any(actions)().catch((error: unknown) => {
        if (!(error instanceof DomainError)) throw error
      })
      if (i % 10 === 9) expect(await missingKeys(opened)).toEqual([])
    }
    await opened.settle()
    expect(await missingKeys(opened)).toEqual([])
    for (const asset of assets) await opened.remove(asset)
    await opened.settle()
    expect(await opened.storedKeys()).toEqual([])
    // What was deleted before it was looked at goes with the next sweep.
    const staged = await opened.stagedKeys()
    expect(await opened.work.read.uploads.unownedStagingKeys(staged)).toEqual(staged)
  },
)

/** Numbers from 0 to 1 that look random and are the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** An object's methods, to be replaced one by one. */
function methodsOf(blobs: Processing['blobs']): Record<string, unknown> {
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(blobs)).flatMap((name) => {
    const method: unknown = Reflect.get(blobs, name)
    return typeof method === 'function' && name !== 'constructor' ? [[name, method.bind(blobs)] as const] : []
  })
  return Object.fromEntries(methods)
}
