import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { fakeMediaTools } from '../../test/support/fake-media-tools.ts'
import { openProcessing } from '../../test/support/processing.ts'
import { aRendition } from '../../test/support/rows.ts'
import { RenditionRemoval } from '../core/transcoding/rendition-removal.ts'
import { encodeHandler } from './encode.ts'
import { ingestHandler } from './ingest.ts'
import { purgeHandler } from './purge.ts'
import { ScratchSpace } from './scratch-space.ts'

const signal = new AbortController().signal
const DAY_MS = 24 * 60 * 60 * 1000

/** A film in two sizes with a sound of its own; the smaller size can be downloaded. */
async function openFilm() {
  const processing = await openProcessing()
  const { work, clock, blobs, project } = processing
  const scratch = new ScratchSpace({ directory: processing.scratchDirectory, work })
  const { source } = await processing.upload(Buffer.from('film'))
  await processing.run('ingest', ingestHandler({ ...processing, media: fakeMediaTools() }))
  await processing.run('encode', encodeHandler({ ...processing, scratch, media: fakeMediaTools() }))
  const [made] = await work.read.sources.renditions([source.id])
  if (made === undefined) throw new Error('nothing was made')
  const track = { language: 'en', label: 'English', isDefault: true, channels: 2 }
  const small = aRendition(source, { name: '240p', playlist: '240p-1-x/index.m3u8' })
  const sound = aRendition(source, { name: 'audio', playlist: 'audio/index.m3u8', track })
  await work.read.sources.setRenditions(source.id, [made, small, sound])
  const current = async () => {
    const found = await work.read.sources.get(source.id)
    if (found === undefined) throw new Error('the source is gone')
    return found
  }
  const { packagePrefix } = await current()
  const file = `sources/${source.id}/downloads/1/240p.mp4`
  for (const key of [`${packagePrefix}240p-1-x/index.m3u8`, `${packagePrefix}240p-1-x/0.m4s`, file]) {
    await blobs.put(key, Readable.from([Buffer.from('bytes')]), { signal })
  }
  const download = { name: '240p', file: '240p.mp4', key: file, sizeBytes: 5, widthPx: 426, heightPx: 240 }
  await work.read.sources.update(source.id, { downloads: [download] })
  const removal = new RenditionRemoval({ work, clock })
  const remove = (name: string) => removal.remove(project.id, source.assetId, name)
  const names = async () => (await work.read.sources.renditions([source.id])).map((one) => one.name)
  const ofSmall = async () => (await processing.storedKeys()).filter((key) => key.includes('240p'))
  return { ...processing, source, current, remove, names, ofSmall }
}

it('shows a removed rendition to nobody, and deletes what was stored of it a day later', async () => {
  const film = await openFilm()
  const { work, clock, run, remove, names, ofSmall, current, storedKeys } = film
  const stored = await storedKeys()
  await remove('240p')
  expect(await names()).toEqual(['360p', 'audio'])
  expect((await current()).downloads).toEqual([])
  const events = (await work.read.outbox.list(film.project.id, 100)).map(({ event }) => event)
  expect(events.at(-1)).toEqual({ type: 'asset.updated', assetId: film.source.assetId, changes: ['renditions'] })
  // Those who watch it go on.
  await clock.advance(DAY_MS - 1)
  expect(await ofSmall()).toHaveLength(3)
  await expect(run('purge', purgeHandler(film))).rejects.toThrow('no purge job')
  await clock.advance(1)
  await run('purge', purgeHandler(film))
  expect(await storedKeys()).toEqual(stored.filter((key) => !key.includes('240p')))
  expect((await current()).treatment?.withdrawn).toEqual([])
})

it('forgets that somebody wanted it besides', async () => {
  const { work, source, current, remove } = await openFilm()
  const { treatment } = await current()
  if (treatment === undefined) throw new Error('it was not treated')
  const wish = (profileKey: string, made?: readonly string[]) => ({ profileKey, profile: treatment.profile, made })
  const further = [wish('small', ['240p']), wish('both', ['240p', '144p']), wish('later')]
  await work.read.sources.update(source.id, { treatment: { ...treatment, further } })
  await remove('240p')
  expect((await current()).treatment?.further?.map(({ profileKey, made }) => [profileKey, made])).toEqual([
    ['both', ['144p']],
    ['later', undefined],
  ])
})

it('waits until it is due when somebody has it done earlier', async () => {
  const film = await openFilm()
  const { work, clock, run, remove, ofSmall } = film
  await remove('240p')
  const job = (await work.read.jobs.listForSources([film.source.id])).find(({ kind }) => kind === 'purge')
  if (job === undefined) throw new Error('no purge job')
  await work.read.jobs.requeue(job.id, clock.now())
  await run('purge', purgeHandler(film))
  expect(await ofSmall()).toHaveLength(3)
  await clock.advance(DAY_MS)
  await run('purge', purgeHandler(film))
  expect(await ofSmall()).toEqual([])
})

it('leaves an asset something to play, its sound, and what is being made alone', async () => {
  const { work, project, source, remove, names, clock } = await openFilm()
  await expect(remove('audio')).rejects.toMatchObject({ code: 'state_conflict', details: { reason: 'sound' } })
  await expect(remove('1080p')).rejects.toMatchObject({ code: 'not_found' })
  const job = { kind: 'encode', projectId: project.id, assetId: source.assetId, sourceId: source.id } as const
  await work.read.jobs.enqueue(job, { key: 'further', nowMs: clock.now() })
  await expect(remove('240p')).rejects.toMatchObject({ code: 'state_conflict', details: { reason: 'busy' } })
  expect(await names()).toEqual(['360p', '240p', 'audio'])
})

it('refuses to remove the only rendition that is played by itself', async () => {
  const { remove, names } = await openFilm()
  await remove('360p')
  await expect(remove('240p')).rejects.toMatchObject({ code: 'state_conflict', details: { reason: 'last' } })
  expect(await names()).toEqual(['240p', 'audio'])
})
