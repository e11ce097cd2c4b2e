import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { FAKE_PACKAGE, fakeMediaTools } from '../../test/support/fake-media-tools.ts'
import { LEASE_MS, openProcessing } from '../../test/support/processing.ts'
import type { Source } from '../core/library/asset.ts'
import { ReprocessService } from '../core/library/reprocess-service.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { EncodedRendition, EncodePlan } from '../core/transcoding/encode-plan.ts'
import { MediaSettingsService } from '../core/transcoding/media-settings-service.ts'
import { DEFAULT_PROFILE } from '../core/transcoding/profile.ts'
import { RenditionService } from '../core/transcoding/rendition-service.ts'
import { DEFAULT_WORKFLOW } from '../core/transcoding/workflow.ts'
import type { UploadTarget } from '../core/uploads/upload.ts'
import { encodeHandler } from './encode.ts'
import { ingestHandler } from './ingest.ts'
import { ScratchSpace } from './scratch-space.ts'

const signal = new AbortController().signal
const [LIKE] = FAKE_PACKAGE.renditions as [EncodedRendition]

/** Makes exactly the planned pictures, one file each besides the playlist. */
const encode: MediaTools['encode'] = async (path, plan, directory) => {
  const original = await readFile(path, 'utf8')
  const renditions = plan.video.map(({ name, widthPx, heightPx }) => {
    const files = [`${name}/0.m4s`]
    return { ...LIKE, name, widthPx, heightPx, files, playlist: `${name}/index.m3u8` }
  })
  for (const { name, files, playlist } of renditions) {
    await mkdir(join(directory, name), { recursive: true })
    for (const file of [...files, playlist]) await writeFile(join(directory, file), `${original} in ${name}`)
  }
  return { renditions }
}

/** An asset that plays, with profiles for two more sizes. */
async function openPlaying(target: Partial<UploadTarget> = {}) {
  const processing = await openProcessing()
  const { work, clock, random, project, scratchDirectory } = processing
  const mediaSettings = new MediaSettingsService({ work, clock, random })
  const watermark = { kind: 'text', text: 'mine', position: 'center', opacity: 1, marginPercent: 2 } as const
  const marked = { ...DEFAULT_WORKFLOW, watermark: { ...watermark, sizePercent: 10, color: 'ffffff' } }
  await mediaSettings.putWorkflow(project.id, 'marked', { name: 'Marked', settings: marked })
  const { source, upload } = await processing.upload(Buffer.from('film'))
  await work.read.uploads.update(upload.id, { target: { ...upload.target, ...target } }, clock.now())
  await processing.run('ingest', ingestHandler({ ...processing, media: fakeMediaTools() }))
  const handler = (own: Partial<MediaTools> = {}, directory = scratchDirectory) => {
    const scratch = new ScratchSpace({ directory, work })
    return encodeHandler({ ...processing, scratch, media: fakeMediaTools({ encode, ...own }) })
  }
  await processing.run('encode', handler())
  for (const side of [288, 144]) {
    const settings = { ...DEFAULT_PROFILE, video: { ...DEFAULT_PROFILE.video, steps: [{ shorterSidePx: side }] } }
    await mediaSettings.putProfile(project.id, `p${side}`, { name: `${side}`, settings })
  }
  const renditions = new RenditionService({ mediaSettings, work, clock, wakeWorkers: () => processing.queue.wake() })
  const add = (key: string) => renditions.add(project.id, source.assetId, key)
  const namesOf = async (of: Source = source) => (await work.read.sources.renditions([of.id])).map(({ name }) => name)
  const current = async () => (await work.read.sources.get(source.id)) as Source
  const addSize = (sidePx: number) => renditions.addSize(project.id, source.assetId, sidePx)
  return { ...processing, source, handler, add, addSize, namesOf, current }
}

it('makes the sizes that the profile adds, in folders of their own, and leaves the others alone', async () => {
  const processing = await openPlaying()
  const { work, blobs, storedKeys, namesOf, current, add, handler, run } = processing
  const before = { keys: await storedKeys(), source: await current(), names: await namesOf() }
  await add('p144')
  const plans: EncodePlan[] = []
  await run(
    'encode',
    handler({
      encode(path, plan, ...rest) {
        plans.push(plan)
        return encode(path, plan, ...rest)
      },
    }),
  )
  expect(plans.map((plan) => [plan.video.length, plan.audio])).toEqual([[1, []]])
  expect(await namesOf()).toEqual([...before.names, '144p'])
  const [made] = (await work.read.sources.renditions([before.source.id])).filter(({ name }) => name === '144p')
  expect(made?.playlist).toMatch(/^144p-1-[0-9a-z]{8}\/index\.m3u8$/)
  const prefix = before.source.packagePrefix ?? ''
  expect((await storedKeys()).filter((key) => !before.keys.includes(key))).toHaveLength(2)
  expect(await storedKeys()).toEqual(expect.arrayContaining([...before.keys, `${prefix}${made?.playlist}`]))
  expect(await text((await blobs.open(`${prefix}${made?.playlist}`, { signal })).body)).toContain('film in 144p')
  const after = await current()
  expect(after).toMatchObject({ packagePrefix: prefix, readyAtMs: before.source.readyAtMs })
  expect(after.treatment?.further).toMatchObject([{ profileKey: 'p144', made: ['144p'] }])
  const events = (await work.read.outbox.list(after.projectId, 100)).map(({ event }) => event)
  expect(events.at(-1)).toEqual({ type: 'asset.updated', assetId: after.assetId, changes: ['renditions'] })
})

it('makes one size by the profile that the asset has', async () => {
  const { addSize, handler, run, namesOf, current } = await openPlaying()
  const before = await namesOf()
  await addSize(144)
  await addSize(144)
  await run('encode', handler())
  expect(await namesOf()).toEqual([...before, '144p'])
  const { further } = (await current()).treatment ?? {}
  expect(further).toMatchObject([{ profileKey: '144p', made: ['144p'] }])
  await expect(addSize(144)).rejects.toMatchObject({ code: 'state_conflict', details: { reason: 'nothing_new' } })
  // The source has 360 lines: there is nothing larger to be had.
  await expect(addSize(1080)).rejects.toMatchObject({ code: 'state_conflict', details: { reason: 'nothing_new' } })
})

it('encrypts them with the keys of the package, and draws into them what the others have', async () => {
  const { work, source, add, handler, run } = await openPlaying({ encrypt: true, workflowKey: 'marked' })
  await add('p144')
  const used: unknown[] = []
  const drawn: unknown[] = []
  await run(
    'encode',
    handler({
      encode(path, plan, directory, options) {
        used.push(options.encryption?.keys)
        drawn.push(options.drawing?.watermark)
        return encode(path, plan, directory, options)
      },
    }),
  )
  const keys = await work.read.sources.contentKeys(source.id)
  expect(keys).toHaveLength(1)
  expect(used).toEqual([keys])
  expect(drawn).toEqual([expect.objectContaining({ text: 'mine' })])
  expect(await work.read.sources.contentKeys(source.id)).toEqual(keys)
})

it('makes what is asked for twice once', async () => {
  const { queue, add, handler, run, namesOf } = await openPlaying()
  await add('p144')
  await add('p144')
  await add('p288')
  await run('encode', handler())
  expect(await namesOf()).toEqual(['360p', '288p', '240p', '144p'])
  // The job of the second wish finds that all is done.
  await run('encode', handler({ encode: () => Promise.reject(new Error('must not be asked')) }))
  expect(await queue.claim({ kinds: ['encode'], workerId: 'w', leaseMs: LEASE_MS })).toBeUndefined()
  await expect(add('p144')).rejects.toMatchObject({ code: 'state_conflict', details: { reason: 'nothing_new' } })
})

it('makes them again, with all others, when the file is processed once more', async () => {
  const { work, clock, random, blobs, queue, project, source, library, add, handler, run, ...processing } =
    await openPlaying()
  await add('p144')
  await run('encode', handler())
  await clock.advance(1)
  const services = { work, blobs, clock, random, wakeWorkers: () => queue.wake() }
  const { id } = await new ReprocessService(services).start(project.id, source.assetId, {})
  const parts = { ...processing, work, blobs, media: fakeMediaTools() }
  await run('ingest', ingestHandler(parts))
  expect((await work.read.sources.get(id))?.treatment?.further).toMatchObject([{ profileKey: 'p144' }])
  expect((await work.read.sources.get(id))?.treatment?.further?.[0]?.made).toBeUndefined()
  await run('encode', handler())
  const view = await library.find(source.assetId)
  expect([view.source?.id, view.renditions.map(({ name }) => name)]).toEqual([id, ['360p', '240p', '144p']])
  expect(view.source?.treatment?.further).toMatchObject([{ profileKey: 'p144', made: ['144p'] }])
  expect(await queue.claim({ kinds: ['encode'], workerId: 'w', leaseMs: LEASE_MS })).toBeUndefined()
})

it('leaves the asset playing and nothing behind when it fails, and can be asked for again', async () => {
  const { work, queue, lifecycle, clock, storedKeys, scratchNames, namesOf, current, add, claim, handler, run } =
    await openPlaying()
  const before = { keys: await storedKeys(), names: await namesOf() }
  await add('p144')
  const failing = handler({
    async encode(...call) {
      await encode(...call)
      throw new Error('crashed at the end')
    },
  })
  const job = await claim('encode')
  await expect(failing(job, { signal, reportProgress: () => undefined })).rejects.toThrow('crashed')
  await lifecycle.failed(job, { code: 'media_refused', reason: 'damaged', message: 'It cannot be decoded.' })
  expect(await storedKeys()).toEqual(before.keys)
  expect(await scratchNames()).toEqual([])
  expect(await namesOf()).toEqual(before.names)
  expect((await current()).failure).toBeUndefined()
  const events = (await work.read.outbox.list(job.projectId, 100)).map(({ event }) => event.type)
  expect(events).not.toContain('asset.failed')
  await clock.advance(1)
  await add('p144')
  await run('encode', handler())
  expect(await namesOf()).toContain('144p')
  expect(await queue.claim({ kinds: ['encode'], workerId: 'w', leaseMs: LEASE_MS })).toBeUndefined()
})

it('leaves nothing in the store when another machine took the job over', async () => {
  const { clock, storedKeys, scratchDirectory, namesOf, current, add, handler, run } = await openPlaying()
  const before = await storedKeys()
  await add('p144')
  const slow = handler({
    async encode(...call) {
      const made = await encode(...call)
      await clock.advance(LEASE_MS)
      await run('encode', handler({}, `${scratchDirectory}-there`))
      return made
    },
  })
  await expect(run('encode', slow)).rejects.toMatchObject({ code: 'lease_lost' })
  expect(await namesOf()).toContain('144p')
  const folder = `${(await current()).packagePrefix}144p-2-`
  const added = (await storedKeys()).filter((key) => !before.includes(key))
  expect(added.map((key) => key.startsWith(folder))).toEqual([true, true])
})
