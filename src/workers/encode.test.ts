import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { FAKE_PACKAGE, fakeMediaTools } from '../../test/support/fake-media-tools.ts'
import { LEASE_MS, openProcessing, type Processing } from '../../test/support/processing.ts'
import { aMediaInfo } from '../../test/support/rows.ts'
import { DomainError } from '../core/errors.ts'
import type { Source } from '../core/library/asset.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import { planEncode } from '../core/transcoding/ladder.ts'
import { encodeHandler } from './encode.ts'
import { ingestHandler } from './ingest.ts'
import { ScratchSpace } from './scratch-space.ts'
import type { JobHandler } from './worker-pool.ts'

const signal = new AbortController().signal
const FILES = ['360p/0.m4s', '360p/1.m4s', '360p/index.m3u8', '360p/init.mp4']

/** An asset whose file has been ingested: its encode job waits. */
async function openIngested(): Promise<
  Processing & { source: Source; encode: (own?: Partial<MediaTools>, directory?: string) => JobHandler }
> {
  const processing = await openProcessing()
  const { source } = await processing.upload(Buffer.from('film'))
  await processing.run('ingest', ingestHandler({ ...processing, media: fakeMediaTools() }))
  const encode = (own: Partial<MediaTools> = {}, directory = processing.scratchDirectory): JobHandler => {
    const scratch = new ScratchSpace({ directory, work: processing.work })
    return encodeHandler({ ...processing, scratch, media: fakeMediaTools(own) })
  }
  return { ...processing, source, encode }
}

async function prefixOf({ work }: Processing, source: Source): Promise<string> {
  return (await work.read.sources.get(source.id))?.packagePrefix ?? 'none'
}

it('stores exactly the files of the package, and makes them what the asset plays', async () => {
  const processing = await openIngested()
  const { work, blobs, source, storedKeys, scratchNames } = processing
  await processing.run('encode', processing.encode())
  const prefix = await prefixOf(processing, source)
  expect(prefix).toMatch(new RegExp(`^sources/${source.id}/packages/1-[0-9a-z]{16}/$`))
  expect(await storedKeys()).toEqual([source.blobKey, ...FILES.map((file) => `${prefix}${file}`)].toSorted())
  const { body } = await blobs.open(`${prefix}360p/1.m4s`, { signal })
  expect(await text(body)).toBe('360p/1.m4s of film')
  expect(await work.read.sources.renditions([source.id])).toHaveLength(1)
  expect(await work.read.assets.find(source.assetId)).toMatchObject({ currentSourceId: source.id })
  expect(await scratchNames()).toEqual([])
})

it('encodes what the ladder plans for the source, into an empty directory', async () => {
  const processing = await openIngested()
  const plans: unknown[] = []
  const media = fakeMediaTools()
  const handler = processing.encode({
    async encode(path, plan, directory, options) {
      plans.push(plan)
      expect(await readdir(directory)).toEqual([])
      return media.encode(path, plan, directory, options)
    },
  })
  await processing.run('encode', handler)
  expect(plans).toEqual([planEncode(aMediaInfo())])
})

it('reports progress that grows up to 1', async () => {
  const processing = await openIngested()
  const reports: number[] = []
  await processing.run('encode', processing.encode(), { reportProgress: (fraction) => reports.push(fraction) })
  expect(reports).toEqual(reports.toSorted((a, b) => a - b))
  expect(reports[0]).toBeGreaterThan(0.4)
  expect(reports[0]).toBeLessThan(0.5)
  expect(reports.at(-1)).toBe(1)
})

it('leaves nothing of an attempt that failed, in the store and on this machine', async () => {
  const processing = await openIngested()
  const media = fakeMediaTools()
  const handler = processing.encode({
    async encode(...call) {
      await media.encode(...call)
      throw new Error('crashed at the end')
    },
  })
  await expect(processing.run('encode', handler)).rejects.toThrow('crashed at the end')
  expect(await processing.storedKeys()).toEqual([processing.source.blobKey])
  expect(await processing.scratchNames()).toEqual([])
})

it('leaves nothing in the store when a file of the package is missing', async () => {
  const processing = await openIngested()
  const media = fakeMediaTools()
  const handler = processing.encode({
    async encode(...call) {
      const [rendition] = (await media.encode(...call)).renditions
      if (rendition === undefined) throw new Error('there is one')
      return { renditions: [{ ...rendition, files: [...rendition.files, '360p/never-made.m4s'] }] }
    },
  })
  await expect(processing.run('encode', handler)).rejects.toThrow()
  expect(await processing.storedKeys()).toEqual([processing.source.blobKey])
})

it('leaves nothing in the store when another machine took the job over, and nothing of the successor is touched', async () => {
  const processing = await openIngested()
  const { source, queue, clock } = processing
  const media = fakeMediaTools()
  const handler = processing.encode({
    async encode(...call) {
      const made = await media.encode(...call)
      await clock.advance(LEASE_MS)
      // The successor is faster.
      await processing.run('encode', processing.encode({}, `${processing.scratchDirectory}-there`))
      return made
    },
  })
  await expect(processing.run('encode', handler)).rejects.toMatchObject({ code: 'lease_lost' })
  const prefix = await prefixOf(processing, source)
  expect(prefix).toContain('/packages/2-')
  expect(await processing.storedKeys()).toEqual([source.blobKey, ...FILES.map((file) => `${prefix}${file}`)].toSorted())
  expect(await queue.claim({ kinds: ['encode'], workerId: 'w', leaseMs: LEASE_MS })).toBeUndefined()
})

it('leaves nothing in the store when another process of this machine took the job over', async () => {
  const processing = await openIngested()
  const { source, clock } = processing
  const media = fakeMediaTools()
  const handler = processing.encode({
    async encode(...call) {
      const made = await media.encode(...call)
      await clock.advance(LEASE_MS)
      await processing.run('encode', processing.encode())
      return made
    },
  })
  await expect(processing.run('encode', handler)).rejects.toThrow()
  const prefix = await prefixOf(processing, source)
  expect(await processing.storedKeys()).toEqual([source.blobKey, ...FILES.map((file) => `${prefix}${file}`)].toSorted())
})

it('clears up after attempts that died', async () => {
  const processing = await openIngested()
  const { source, clock, blobs, scratchDirectory, storedKeys } = processing
  const dead = await processing.claim('encode')
  const scratch = new ScratchSpace({ directory: scratchDirectory, work: processing.work })
  const died = Promise.withResolvers<void>()
  const leftover = scratch.withDirectory(dead, () => died.promise)
  await blobs.put(`sources/${source.id}/packages/1-${dead.id.slice(-16)}/360p/0.m4s`, emptyBody(), { signal })
  await clock.advance(LEASE_MS)
  const names: string[][] = []
  const media = fakeMediaTools()
  const handler = processing.encode({
    async encode(...call) {
      names.push(await processing.scratchNames())
      return media.encode(...call)
    },
  })
  await processing.run('encode', handler)
  expect(names).toEqual([[`${dead.id}-2`]])
  const prefix = await prefixOf(processing, source)
  expect(await storedKeys()).toEqual([source.blobKey, ...FILES.map((file) => `${prefix}${file}`)].toSorted())
  died.resolve()
  await leftover
})

it('leaves nothing when the asset was deleted meanwhile', async () => {
  const processing = await openIngested()
  const { source, library, project } = processing
  const media = fakeMediaTools()
  const handler = processing.encode({
    async encode(...call) {
      const made = await media.encode(...call)
      await library.delete(project.id, source.assetId)
      return made
    },
  })
  await expect(processing.run('encode', handler)).rejects.toMatchObject({ code: 'lease_lost' })
  expect(await processing.storedKeys()).toEqual([source.blobKey])
})

it('leaves nothing when only the source was deleted meanwhile', async () => {
  const processing = await openIngested()
  const { source, work } = processing
  const media = fakeMediaTools()
  const handler = processing.encode({
    async encode(...call) {
      const made = await media.encode(...call)
      await work.transaction((tx) => tx.assets.delete(source.assetId))
      return made
    },
  })
  await processing.run('encode', handler)
  expect(await processing.storedKeys()).toEqual([source.blobKey])
})

it('ends quietly when the source was gone before it began', async () => {
  const processing = await openIngested()
  await processing.work.transaction((tx) => tx.assets.delete(processing.source.assetId))
  await processing.run('encode', processing.encode({ encode: () => Promise.reject(new Error('must not be asked')) }))
  const jobs = await processing.work.read.jobs.listForSources([processing.source.id])
  expect(jobs.find(({ kind }) => kind === 'encode')).toMatchObject({ state: 'done' })
})

it('deletes no package that may be the source’s when the database broke off during the commit', async () => {
  const processing = await openIngested()
  const { source, lifecycle } = processing
  const scratch = new ScratchSpace({ directory: processing.scratchDirectory, work: processing.work })
  const breaking = new Proxy(lifecycle, {
    get: (target, name) =>
      name === 'encoded'
        ? async (...call: Parameters<typeof lifecycle.encoded>) => {
            await target.encoded(...call)
            throw new Error('connection terminated unexpectedly')
          }
        : Reflect.get(target, name),
  })
  const handler = encodeHandler({ ...processing, scratch, lifecycle: breaking, media: fakeMediaTools() })
  await expect(processing.run('encode', handler)).rejects.toThrow('terminated')
  const prefix = await prefixOf(processing, source)
  expect(await processing.storedKeys()).toContain(`${prefix}360p/index.m3u8`)
})

it('does not store what it encoded once it is told to stop', async () => {
  const processing = await openIngested()
  const abort = new AbortController()
  const reason = new DomainError('unavailable', 'The worker is stopping.')
  const handler = processing.encode({
    async encode() {
      abort.abort(reason)
      return FAKE_PACKAGE
    },
  })
  await expect(processing.run('encode', handler, { signal: abort.signal })).rejects.toBe(reason)
  expect(await processing.storedKeys()).toEqual([processing.source.blobKey])
})

function emptyBody(): Readable {
  return Readable.from([])
}
