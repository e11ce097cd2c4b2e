import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { openProcessing, type Processing } from '../../test/support/processing.ts'
import { workThrough } from '../../test/support/work-through.ts'
import type { Asset, Source } from '../core/library/asset.ts'
import { PosterService } from '../core/library/poster-service.ts'
import { ReprocessService } from '../core/library/reprocess-service.ts'
import { SourceVersions } from '../core/library/source-versions.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'

const FILM = Buffer.from('film')
const CHOSEN = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])
const OTHER = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 4, 5, 6])

async function open() {
  const processing = await openProcessing()
  const { work, clock, random, queue, blobs, project } = processing
  const wakeWorkers = () => queue.wake()
  const services = {
    reprocess: new ReprocessService({ work, clock, random, wakeWorkers }),
    versions: new SourceVersions({ work, clock, random, wakeWorkers }),
    posters: new PosterService({ work, blobs, clock, random, wakeWorkers }),
  }
  const stored = async (key: string): Promise<string> =>
    text((await blobs.open(key, { signal: new AbortController().signal })).body)
  const currentOf = async ({ id }: Asset): Promise<Source | undefined> => (await processing.library.find(id)).source
  const again = (asset: Asset, wish = {}): Promise<Source> => services.reprocess.start(project.id, asset.id, wish)
  return { ...processing, ...services, stored, currentOf, again }
}

const work = (processing: Processing, media: Partial<MediaTools> = {}): Promise<void> =>
  workThrough(processing, { media })
const failing: Partial<MediaTools> = { encode: () => Promise.reject(new Error('the encoder broke')) }

describe('processing what is here once more', () => {
  it('makes a version with other settings of the same stored bytes, which plays as soon as it can', async () => {
    const processing = await open()
    const { asset, source: first } = await processing.upload(FILM)
    await work(processing)
    const second = await processing.again(asset, { profileKey: 'mobile' })
    expect(second).toMatchObject({ version: 2, blobKey: first.blobKey, fileName: first.fileName })
    expect((await processing.currentOf(asset))?.id).toBe(first.id)
    await work(processing)
    const current = await processing.currentOf(asset)
    expect(current).toMatchObject({ id: second.id, treatment: { profileKey: 'mobile', workflowKey: 'standard' } })
    expect(await processing.stored(`${current?.packagePrefix}360p/0.m4s`)).toBe('360p/0.m4s of film')
    expect((await processing.storedKeys()).filter((key) => key.endsWith('/original'))).toEqual([first.blobKey])
    const events = (await processing.work.read.outbox.list(processing.project.id, 100)).map(({ event }) => event)
    expect(events.filter(({ type }) => type === 'asset.ready')).toEqual([
      { type: 'asset.ready', assetId: asset.id, sourceId: first.id },
      { type: 'asset.ready', assetId: asset.id, sourceId: second.id },
    ])
    expect(events.filter(({ type }) => type === 'upload.completed')).toHaveLength(1)
  })

  it('leaves what plays as it is when it fails, and can be asked for again', async () => {
    const processing = await open()
    const { asset, source: first } = await processing.upload(FILM)
    await work(processing)
    const failed = await processing.again(asset)
    await work(processing, failing)
    expect((await processing.work.read.sources.get(failed.id))?.failure).toMatchObject({ reason: 'failed' })
    expect((await processing.currentOf(asset))?.id).toBe(first.id)
    const third = await processing.again(asset)
    await work(processing)
    expect((await processing.currentOf(asset))?.id).toBe(third.id)
    expect(await processing.work.read.sources.get(failed.id)).toBeUndefined()
  })

  it('helps an asset whose first attempt failed', async () => {
    const processing = await open()
    const { asset } = await processing.upload(FILM)
    await work(processing, failing)
    const second = await processing.again(asset, { workflowKey: 'standard' })
    await work(processing)
    expect((await processing.currentOf(asset))?.id).toBe(second.id)
  })

  it('keeps one earlier version at most, and the bytes until the last version is gone', async () => {
    const processing = await open()
    const { asset, source: first } = await processing.upload(FILM)
    await work(processing)
    const sources: Source[] = []
    for (let i = 0; i < 3; i++) {
      sources.push(await processing.again(asset))
      await work(processing)
    }
    const ids = (await processing.work.read.sources.listForAsset(asset.id)).map(({ id }) => id)
    const [, second, third] = sources.map(({ id }) => id)
    expect(ids).toEqual([third, second])
    await processing.clock.advance(30_000)
    await work(processing)
    const keys = await processing.storedKeys()
    // The picture is still theirs, too.
    const { posterKey } = (await processing.currentOf(asset)) ?? {}
    expect(keys.filter((key) => key.startsWith(`sources/${first.id}/`))).toEqual([first.blobKey, posterKey])
    // Undo, then give the newest one up: the bytes are still needed.
    await processing.versions.activate(processing.project.id, asset.id, second as never)
    await processing.versions.discard(processing.project.id, asset.id, third as never)
    await processing.clock.advance(30_000)
    await work(processing)
    expect(await processing.stored(first.blobKey)).toBe('film')
    await processing.library.delete(processing.project.id, asset.id)
    await processing.clock.advance(30_000)
    await work(processing)
    expect(await processing.storedKeys()).toEqual([])
  })

  it('keeps the picture that somebody chose', async () => {
    const processing = await open()
    const { asset, source: first } = await processing.upload(FILM)
    await work(processing)
    const { signal } = new AbortController()
    await processing.posters.set(processing.project.id, asset.id, Readable.from([CHOSEN]), signal)
    const second = await processing.again(asset)
    await work(processing)
    const current = await processing.currentOf(asset)
    expect(current?.id).toBe(second.id)
    expect(await processing.stored(current?.posterKey ?? '')).toBe(CHOSEN.toString())
    // Another one takes its place, and going back brings it back.
    await processing.posters.set(processing.project.id, asset.id, Readable.from([OTHER]), signal)
    await processing.versions.activate(processing.project.id, asset.id, first.id)
    expect(await processing.stored((await processing.currentOf(asset))?.posterKey ?? '')).toBe(CHOSEN.toString())
  })

  it('goes on encrypting what was encrypted, and shows more of what was passed through', async () => {
    const processing = await open()
    const { asset, upload } = await processing.upload(FILM)
    await processing.work.read.uploads.update(upload.id, { target: { ...upload.target, encrypt: true } }, 0)
    await work(processing)
    await processing.again(asset, { workflowKey: 'standard' })
    await work(processing)
    expect((await processing.currentOf(asset))?.treatment?.encryption).toBeDefined()

    const plain = await processing.upload(FILM)
    const target = { ...plain.upload.target, passthrough: true }
    await processing.work.read.uploads.update(plain.upload.id, { target }, 0)
    await work(processing)
    const deliveries: unknown[] = []
    for (const wish of [{}, { profileKey: 'standard' }]) {
      await processing.again(plain.asset, wish)
      await work(processing)
      deliveries.push((await processing.currentOf(plain.asset))?.treatment?.delivery)
    }
    expect(deliveries).toEqual(['passthrough', 'adaptive'])
  })

  it('is refused for what is not there, is being processed, or could not be', async () => {
    const processing = await open()
    const { asset } = await processing.upload(FILM)
    await expect(processing.again(asset)).rejects.toMatchObject({ details: { reason: 'processing' } })
    await work(processing)
    const before = await processing.storedKeys()
    for (const wish of [{ workflowKey: 'none' }, { profileKey: 'none' }, { workflowKey: 'toString' }]) {
      await expect(processing.again(asset, wish)).rejects.toMatchObject({ code: 'not_found' })
    }
    await processing.again(asset)
    await expect(processing.again(asset)).rejects.toMatchObject({ details: { reason: 'processing' } })
    await work(processing)
    expect(await processing.storedKeys()).not.toEqual(before)

    const other = await processing.upload(FILM)
    await work(processing, { probe: () => Promise.reject(new Error('no film')) })
    await expect(processing.again(other.asset)).rejects.toMatchObject({ details: { reason: 'no_media' } })
    await expect(processing.reprocess.start('prj_other' as never, asset.id, {})).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('has one name in a dialect, and stores nothing when that is taken', async () => {
    const processing = await open()
    const { asset } = await processing.upload(FILM)
    await work(processing)
    const wish = { externalKeys: [{ namespace: 'vendor.task', key: 'task-1' }], echo: { note: '7' } }
    const { uploadId } = await processing.again(asset, wish)
    await work(processing)
    const found = await processing.uploads.findByKey(processing.project.id, 'vendor.task', 'task-1')
    expect(found).toMatchObject({ id: uploadId, echo: { note: '7' }, state: 'consumed' })
    const before = await processing.storedKeys()
    await expect(processing.again(asset, wish)).rejects.toMatchObject({ code: 'state_conflict' })
    expect(await processing.storedKeys()).toEqual(before)
  })
})
