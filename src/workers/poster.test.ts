import { writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { fakeMediaTools } from '../../test/support/fake-media-tools.ts'
import { LEASE_MS, openProcessing, type Processing } from '../../test/support/processing.ts'
import type { Source } from '../core/library/asset.ts'
import { PosterService } from '../core/library/poster-service.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import { ingestHandler } from './ingest.ts'
import { posterHandler } from './poster.ts'
import { ScratchSpace } from './scratch-space.ts'
import type { JobHandler } from './worker-pool.ts'

const signal = new AbortController().signal

async function openIngested(): Promise<
  Processing & { source: Source; poster: (own?: Partial<MediaTools>, directory?: string) => JobHandler }
> {
  const processing = await openProcessing()
  const { source } = await processing.upload(Buffer.from('film'))
  await processing.run('ingest', ingestHandler({ ...processing, media: fakeMediaTools() }))
  const poster = (own: Partial<MediaTools> = {}, directory = processing.scratchDirectory): JobHandler => {
    const scratch = new ScratchSpace({ directory, work: processing.work })
    return posterHandler({ ...processing, scratch, media: fakeMediaTools(own) })
  }
  return { ...processing, source, poster }
}

it('takes a picture a tenth into the film, and makes it the source’s', async () => {
  const processing = await openIngested()
  const media = fakeMediaTools()
  const times: number[] = []
  const handler = processing.poster({
    poster(path, options) {
      times.push(options.atMs)
      return media.poster(path, options)
    },
  })
  await processing.run('poster', handler)
  const key = (await processing.work.read.sources.get(processing.source.id))?.posterKey ?? 'none'
  expect(times).toEqual([1_001])
  expect(key).toMatch(new RegExp(`^sources/${processing.source.id}/posters/1-[0-9a-z]{16}\\.jpg$`))
  expect(await text((await processing.blobs.open(key, { signal })).body)).toBe('picture of film')
  expect(await processing.scratchNames()).toEqual([])
})

it('stores nothing when there is no picture', async () => {
  const processing = await openIngested()
  const refused = mediaRefused('damaged', 'No picture can be decoded.')
  const handler = processing.poster({ poster: () => Promise.reject(refused) })
  await expect(processing.run('poster', handler)).rejects.toBe(refused)
  expect(await processing.storedKeys()).toEqual([processing.source.blobKey])
  expect(await processing.scratchNames()).toEqual([])
})

it('leaves nothing when another machine took the job over, and nothing of the successor is touched', async () => {
  const processing = await openIngested()
  const media = fakeMediaTools()
  const handler = processing.poster({
    async poster(path, options) {
      await media.poster(path, options)
      await processing.clock.advance(LEASE_MS)
      await processing.run('poster', processing.poster({}, `${processing.scratchDirectory}-there`))
    },
  })
  await expect(processing.run('poster', handler)).rejects.toMatchObject({ code: 'lease_lost' })
  const key = (await processing.work.read.sources.get(processing.source.id))?.posterKey ?? 'none'
  expect(key).toContain('/posters/2-')
  expect(await processing.storedKeys()).toEqual([processing.source.blobKey, key])
})

it('removes the pictures of attempts that died', async () => {
  const processing = await openIngested()
  const dead = await processing.claim('poster')
  const left = `sources/${processing.source.id}/posters/1-${dead.id.slice(-16)}.jpg`
  await processing.blobs.put(left, emptyBody(), { signal })
  await processing.clock.advance(LEASE_MS)
  await processing.run('poster', processing.poster())
  const keys = await processing.storedKeys()
  expect(keys).toHaveLength(2)
  expect(keys).not.toContain(left)
})

it('leaves nothing when the source was deleted meanwhile', async () => {
  const processing = await openIngested()
  const media = fakeMediaTools()
  const handler = processing.poster({
    async poster(path, options) {
      await media.poster(path, options)
      await processing.work.transaction((tx) => tx.assets.delete(processing.source.assetId))
    },
  })
  await processing.run('poster', handler)
  expect(await processing.storedKeys()).toEqual([processing.source.blobKey])
})

function emptyBody(): Readable {
  return Readable.from([])
}

it('takes just the picture of the moment that somebody wants, in place of the one before', async () => {
  const processing = await openIngested()
  await processing.run('poster', processing.poster())
  const { work, blobs, clock, random, queue, project, source } = processing
  const service = new PosterService({ work, blobs, clock, random, wakeWorkers: () => queue.wake() })
  await service.takeFromFilm(project.id, source.assetId, 4_000)
  const moments: unknown[] = []
  const handler = processing.poster({
    async poster(_path, { atMs, isExact, outputFile }) {
      moments.push([atMs, isExact])
      await writeFile(outputFile, 'the picture of that moment')
    },
  })
  await processing.run('poster', handler)
  expect(moments).toEqual([[4_000, true]])
  const keys = await processing.storedKeys()
  const key = (await work.read.sources.get(source.id))?.posterKey ?? 'none'
  expect(keys).toEqual([source.blobKey, key].toSorted())
  expect(await text((await blobs.open(key, { signal })).body)).toBe('the picture of that moment')
})

it('takes none where somebody chose one meanwhile', async () => {
  const processing = await openIngested()
  await processing.work.read.sources.update(processing.source.id, { posterKey: 'chosen.jpg' })
  const handler = processing.poster({ poster: () => Promise.reject(new Error('it is not needed')) })
  await processing.run('poster', handler)
  expect(await processing.storedKeys()).toEqual([processing.source.blobKey])
})
