import { readFile } from 'node:fs/promises'
import { buffer, text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { makeClip } from '../../test/support/media/make-media.ts'
import { testFfmpeg } from '../../test/support/media/tools.ts'
import { openProcessingWith } from '../../test/support/processing.ts'
import type { Source } from '../core/library/asset.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import { FfmpegMediaTools } from '../media/ffmpeg-media-tools.ts'
import { SystemClock } from '../system/system-clock.ts'
import { createWorkers, type Workers } from './create-workers.ts'

const signal = new AbortController().signal
const DEADLINE = { timeout: 30_000, interval: 20 }
const SLOW = { timeout: 90_000 }

type Processing = Awaited<ReturnType<typeof openProcessingWith<SystemClock>>>

/** Workers as the product has them: real tools and real time. They stop with the test. */
async function startWorkers(processing: Processing, own: Partial<MediaTools> = {}): Promise<Workers> {
  const { ffmpegPath, ffprobePath, canTonemap } = await testFfmpeg()
  const tools = new FfmpegMediaTools({ ffmpegPath, ffprobePath, canTonemap, threads: 1 })
  const media = new Proxy<MediaTools>(tools, {
    get(target, name) {
      const found: unknown = Reflect.get(own, name) ?? Reflect.get(target, name, target)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const workers = createWorkers({ ...processing, media, logger, pollMs: 50 })
  onTestFinished(() => workers.stop())
  await workers.start()
  return workers
}

async function storedText({ blobs }: Processing, key: string): Promise<string> {
  return text((await blobs.open(key, { signal })).body)
}

/** Waits until the source has become playable or has failed, and its picture is there or given up. */
async function processed({ work }: Processing, { id }: Source): Promise<Source> {
  await expect
    .poll(async () => {
      const jobs = await work.read.jobs.listForSources([id])
      return jobs.every(({ state }) => state === 'done' || state === 'failed')
    }, DEADLINE)
    .toBe(true)
  const source = await work.read.sources.get(id)
  if (source === undefined) throw new Error('the source is gone')
  return source
}

it('makes a playable asset of an uploaded film, from the staged file to package and picture', SLOW, async () => {
  const processing = await openProcessingWith(new SystemClock())
  const { work, blobs } = processing
  await startWorkers(processing)
  const { source: uploaded } = await processing.upload(await readFile(await makeClip(processing.directory, 'plain')))
  const source = await processed(processing, uploaded)
  expect(source.failure).toBeUndefined()
  expect(source.media).toMatchObject({ video: { widthPx: 320, heightPx: 180 } })
  expect(await work.read.assets.find(source.assetId)).toMatchObject({ currentSourceId: source.id })

  const [rendition] = await work.read.sources.renditions([source.id])
  expect(rendition).toMatchObject({ widthPx: 320, heightPx: 180, codecs: expect.stringContaining('avc1') })
  const playlistKey = `${source.packagePrefix}${rendition?.playlist}`
  const playlist = await storedText(processing, playlistKey)
  const folder = playlistKey.slice(0, playlistKey.lastIndexOf('/') + 1)
  const named = playlist.split('\n').flatMap((line) => /^#EXT-X-MAP:URI="(.*?)"|^([^#].*)$/.exec(line)?.slice(1) ?? [])
  const files = named.filter((name) => name !== undefined)
  expect(files.length).toBeGreaterThan(1)
  for (const file of files) expect((await blobs.info(`${folder}${file}`)).sizeBytes).toBeGreaterThan(0)

  const picture = await blobs.open(source.posterKey ?? 'none', { signal })
  expect((await buffer(picture.body)).subarray(0, 3).toString('hex')).toBe('ffd8ff')
  expect(await processing.scratchNames()).toEqual([])
  expect(await processing.stagedKeys()).toEqual([])
})

it('refuses what is not media, and says why', SLOW, async () => {
  const processing = await openProcessingWith(new SystemClock())
  await startWorkers(processing)
  const { source } = await processing.upload(Buffer.from('a letter, renamed to film.mp4\n'.repeat(100)))
  const { failure } = await processed(processing, source)
  expect(failure).toMatchObject({ code: 'media_refused', reason: 'not_media' })
})

it('gives an encode back when it stops, and another worker finishes it', SLOW, async () => {
  const processing = await openProcessingWith(new SystemClock())
  const { work } = processing
  const { source } = await processing.upload(await readFile(await makeClip(processing.directory, 'plain')))
  const started = Promise.withResolvers<void>()
  const workers = await startWorkers(processing, {
    encode: (_path, _plan, _directory, options) => {
      started.resolve()
      return new Promise((_, reject) => options.signal.addEventListener('abort', () => reject(options.signal.reason)))
    },
  })
  await started.promise
  await workers.stop()
  const encodeJob = async () => (await work.read.jobs.listForSources([source.id])).find(({ kind }) => kind === 'encode')
  expect(await encodeJob()).toMatchObject({ state: 'queued', attempt: 0 })
  expect(await processing.scratchNames()).toEqual([])
  await startWorkers(processing)
  expect(await processed(processing, source)).toMatchObject({ packagePrefix: expect.stringContaining('/packages/2-') })
})
