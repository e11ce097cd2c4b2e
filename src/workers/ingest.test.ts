import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { fakeMediaTools } from '../../test/support/fake-media-tools.ts'
import { LEASE_MS, openProcessing } from '../../test/support/processing.ts'
import { aMediaInfo } from '../../test/support/rows.ts'
import { DomainError } from '../core/errors.ts'
import { ingestHandler } from './ingest.ts'

const signal = new AbortController().signal
const FILE = Buffer.from('the original')

it('publishes the staged file, and hands on what it is', async () => {
  const processing = await openProcessing()
  const { work, blobs, stagedKeys, storedKeys } = processing
  const { source } = await processing.upload(FILE)
  const probed: string[] = []
  const media = fakeMediaTools({
    async probe(path) {
      probed.push(await text((await blobs.open(source.blobKey, { signal })).body))
      expect(path).toContain('original')
      return aMediaInfo()
    },
  })
  await processing.run('ingest', ingestHandler({ ...processing, media }))
  expect(probed).toEqual(['the original'])
  expect(await storedKeys()).toEqual([source.blobKey])
  expect(await stagedKeys()).toEqual([])
  expect(await work.read.sources.get(source.id)).toEqual({
    ...source,
    media: aMediaInfo(),
    treatment: expect.objectContaining({ delivery: 'adaptive' }),
  })
  expect((await work.read.jobs.listForSources([source.id])).map(({ kind }) => kind)).toContain('encode')
})

it('starts over after a worker died at any point', async () => {
  const processing = await openProcessing()
  const { source } = await processing.upload(FILE)
  // Died after publishing, before it could say so.
  const dead = fakeMediaTools({ probe: () => Promise.reject(new Error('kill -9')) })
  const killed = processing.run('ingest', ingestHandler({ ...processing, media: dead }))
  await expect(killed).rejects.toThrow('kill -9')
  await processing.clock.advance(LEASE_MS)
  await processing.run('ingest', ingestHandler({ ...processing, media: fakeMediaTools() }))
  expect(await processing.work.read.sources.get(source.id)).toEqual({
    ...source,
    media: aMediaInfo(),
    treatment: expect.objectContaining({ delivery: 'adaptive' }),
  })
})

it('refuses an empty file without asking what it is', async () => {
  const processing = await openProcessing()
  await processing.upload(Buffer.alloc(0))
  const media = fakeMediaTools({ probe: () => Promise.reject(new Error('must not be asked')) })
  const refused = processing.run('ingest', ingestHandler({ ...processing, media }))
  await expect(refused).rejects.toMatchObject({ code: 'media_refused', details: { reason: 'empty_file' } })
})

it('keeps what was refused, for its owner to look at', async () => {
  const processing = await openProcessing()
  const { source } = await processing.upload(FILE)
  const refusal = new DomainError('media_refused', 'Not media.', { details: { reason: 'not_media' } })
  const media = fakeMediaTools({ probe: () => Promise.reject(refusal) })
  await expect(processing.run('ingest', ingestHandler({ ...processing, media }))).rejects.toBe(refusal)
  expect(await processing.storedKeys()).toEqual([source.blobKey])
})

it('says so when the staged file is gone', async () => {
  const processing = await openProcessing()
  const { upload } = await processing.upload(FILE)
  await processing.staging.discard(upload.staging)
  const handler = ingestHandler({ ...processing, media: fakeMediaTools() })
  await expect(processing.run('ingest', handler)).rejects.toMatchObject({ code: 'not_found' })
})

it('says so when the upload is gone', async () => {
  const processing = await openProcessing()
  const { upload } = await processing.upload(FILE)
  await processing.work.read.uploads.delete(upload.id)
  const handler = ingestHandler({ ...processing, media: fakeMediaTools() })
  await expect(processing.run('ingest', handler)).rejects.toMatchObject({ code: 'not_found' })
})

it('leaves no file behind when the asset was deleted and purged while it worked', async () => {
  const processing = await openProcessing()
  const { asset, source } = await processing.upload(FILE)
  const media = fakeMediaTools({
    async probe() {
      await processing.library.delete(processing.project.id, asset.id)
      await processing.blobs.deletePrefix(`sources/${source.id}/`)
      // As if publishing had come after the purge.
      const { staging } = processing
      const ref = await staging.create('again', {})
      await staging.publish(ref, source.blobKey, { sizeBytes: 0, receipts: [] })
      return aMediaInfo()
    },
  })
  const late = processing.run('ingest', ingestHandler({ ...processing, media }))
  await expect(late).rejects.toMatchObject({ code: 'lease_lost' })
  expect(await processing.storedKeys()).toEqual([])
})

it('ends quietly when the source was gone before it began', async () => {
  const processing = await openProcessing()
  const { asset, source } = await processing.upload(FILE)
  await processing.work.transaction((tx) => tx.assets.delete(asset.id))
  await processing.run('ingest', ingestHandler({ ...processing, media: fakeMediaTools() }))
  expect(await processing.work.read.jobs.listForSources([source.id])).toMatchObject([{ kind: 'ingest', state: 'done' }])
  expect(await processing.storedKeys()).toEqual([])
})

it('does not begin to probe once it is told to stop', async () => {
  const processing = await openProcessing()
  await processing.upload(FILE)
  const media = fakeMediaTools({ probe: () => Promise.reject(new Error('must not be asked')) })
  const reason = new DomainError('unavailable', 'The worker is stopping.')
  const stopped = processing.run('ingest', ingestHandler({ ...processing, media }), {
    signal: AbortSignal.abort(reason),
  })
  await expect(stopped).rejects.toBe(reason)
})

it('keeps what is no media where any file is to be kept, as what it is', async () => {
  const processing = await openProcessing()
  const png = Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1')
  const files = [png, Buffer.from('1\n00:00:00,000 --> 00:00:02,000\nHello\n'), Buffer.alloc(0), Buffer.from('<html>')]
  const refusing = fakeMediaTools({
    probe: () => Promise.reject(new DomainError('media_refused', 'no film', { details: { reason: 'not_media' } })),
  })
  const types: (string | undefined)[] = []
  for (const file of files) {
    const { asset, source, upload } = await processing.upload(file)
    const target = { ...upload.target, passthrough: true, anyFile: true }
    await processing.work.read.uploads.update(upload.id, { target }, processing.clock.now())
    await processing.run('ingest', ingestHandler({ ...processing, media: refusing }))
    const view = await processing.library.find(asset.id)
    expect([view.status.state, view.source?.id, view.asset.kind]).toEqual(['ready', source.id, undefined])
    types.push(view.source?.media?.contentType)
  }
  expect(types).toEqual([
    'image/png',
    'text/plain; charset=utf-8',
    'application/octet-stream',
    'application/octet-stream',
  ])
  // Another fault than that of the file is one all the same.
  const { upload } = await processing.upload(png)
  const target = { ...upload.target, passthrough: true, anyFile: true }
  await processing.work.read.uploads.update(upload.id, { target }, processing.clock.now())
  const broken = fakeMediaTools({ probe: () => Promise.reject(new Error('no ffprobe')) })
  await expect(processing.run('ingest', ingestHandler({ ...processing, media: broken }))).rejects.toThrow('no ffprobe')
})
