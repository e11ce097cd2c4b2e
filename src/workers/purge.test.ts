import { expect, it } from 'vitest'
import { fakeMediaTools } from '../../test/support/fake-media-tools.ts'
import { openProcessing, type Processing } from '../../test/support/processing.ts'
import { encodeHandler } from './encode.ts'
import { ingestHandler } from './ingest.ts'
import { posterHandler } from './poster.ts'
import { purgeHandler } from './purge.ts'
import { ScratchSpace } from './scratch-space.ts'

async function process(processing: Processing): Promise<void> {
  const scratch = new ScratchSpace({ directory: processing.scratchDirectory, work: processing.work })
  const parts = { ...processing, scratch, media: fakeMediaTools() }
  await processing.run('ingest', ingestHandler(parts))
  await processing.run('encode', encodeHandler(parts))
  await processing.run('poster', posterHandler(parts))
}

it('removes everything that was stored for a deleted asset, and nothing of another', async () => {
  const processing = await openProcessing()
  const { asset } = await processing.upload(Buffer.from('film'))
  await process(processing)
  await processing.upload(Buffer.from('second version'), asset)
  await process(processing)
  const before = await processing.storedKeys()
  const other = await processing.upload(Buffer.from('other film'))
  await process(processing)
  const kept = (await processing.storedKeys()).filter((key) => !before.includes(key))
  await processing.library.delete(processing.project.id, asset.id)
  await processing.clock.advance(30_000)
  await processing.run('purge', purgeHandler(processing))
  await processing.run('purge', purgeHandler(processing))
  expect(kept.every((key) => key.startsWith(`sources/${other.source.id}/`))).toBe(true)
  expect(await processing.storedKeys()).toEqual(kept)
})

it('removes the staged file of an asset that was deleted before it was ingested', async () => {
  const processing = await openProcessing()
  const { asset } = await processing.upload(Buffer.from('film'))
  const other = await processing.upload(Buffer.from('other film'))
  await processing.library.delete(processing.project.id, asset.id)
  await processing.clock.advance(30_000)
  await processing.run('purge', purgeHandler(processing))
  expect(await processing.stagedKeys()).toEqual([other.upload.staging.key])
})

it('can be repeated after it died half-way', async () => {
  const processing = await openProcessing()
  const { asset, source } = await processing.upload(Buffer.from('film'))
  await process(processing)
  await processing.library.delete(processing.project.id, asset.id)
  await processing.clock.advance(30_000)
  await processing.blobs.delete(source.blobKey)
  await processing.run('purge', purgeHandler(processing))
  expect(await processing.storedKeys()).toEqual([])
  expect(await processing.work.read.jobs.listForSources([source.id])).toMatchObject([{ state: 'done' }])
})

it('leaves a source alone that still exists', async () => {
  const processing = await openProcessing()
  const { asset, source } = await processing.upload(Buffer.from('film'))
  await process(processing)
  const before = await processing.storedKeys()
  const job = { kind: 'purge', projectId: processing.project.id, assetId: asset.id, sourceId: source.id } as const
  await processing.work.read.jobs.enqueue(job, { key: 'a copy of it went', nowMs: processing.clock.now() })
  await processing.run('purge', purgeHandler(processing))
  expect(await processing.storedKeys()).toEqual(before)
})
