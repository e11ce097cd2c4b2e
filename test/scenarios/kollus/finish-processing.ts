import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { ClaimedJob } from '../../../src/core/jobs/job.ts'
import type { Source } from '../../../src/core/library/asset.ts'
import { PosterLifecycle } from '../../../src/core/library/poster-lifecycle.ts'
import { SourceLifecycle } from '../../../src/core/library/source-lifecycle.ts'
import type { EncodedRendition } from '../../../src/core/transcoding/encode-plan.ts'
import { planFurther } from '../../../src/core/transcoding/further-renditions.ts'
import type { MediaInfo } from '../../../src/core/transcoding/media-info.ts'
import { FAKE_PACKAGE } from '../../support/fake-media-tools.ts'
import { aMediaInfo } from '../../support/rows.ts'
import type { KollusApp } from './kollus-app.ts'

const KINDS = ['ingest', 'encode', 'poster'] as const
const LEASE_MS = 60_000
const signal = new AbortController().signal

/**
 * Does what workers would, until nothing is left to do: every file that was sent is a film that can be watched. What is
 * played of a file says which one it is: the segment is the file itself.
 */
export async function finishProcessing(app: KollusApp, info: Partial<MediaInfo> = {}): Promise<void> {
  const { queue, work, clock, random } = app.infrastructure
  const lifecycle = new SourceLifecycle({ work, clock, random })
  for (;;) {
    const job = await queue.claim({ kinds: [...KINDS], workerId: 'test', leaseMs: LEASE_MS })
    if (job === undefined) return
    await done(app, lifecycle, job as ClaimedJob, info)
  }
}

async function done(app: KollusApp, lifecycle: SourceLifecycle, job: ClaimedJob, info: Partial<MediaInfo>) {
  const { work, staging, blobs } = app.infrastructure
  const source = await work.read.sources.get(job.sourceId)
  if (source === undefined) return lifecycle.abandoned(job)
  if (job.kind === 'ingest') {
    const upload = await work.read.uploads.get(source.uploadId)
    if (upload === undefined) throw new Error('the upload is gone')
    const receipts = await work.read.uploads.receipts(upload.id)
    await staging.publish(upload.staging, source.blobKey, { sizeBytes: source.sizeBytes, receipts })
    return lifecycle.probed(job, { ...aMediaInfo(), ...info })
  }
  const folder = `sources/${source.id}/test/`
  const put = (key: string, body: Buffer) => blobs.put(key, Readable.from([body]), { sizeBytes: body.length, signal })
  if (job.kind === 'poster') {
    await put(`${folder}poster.jpg`, Buffer.from(`picture of ${source.fileName}`))
    return new PosterLifecycle(app.infrastructure).made(job, `${folder}poster.jpg`, undefined)
  }
  if (source.packagePrefix !== undefined) return further(app, lifecycle, job, source)
  const original = await buffer((await blobs.open(source.blobKey, { signal })).body)
  for (const name of ['init.mp4', '0.m4s', '1.m4s']) await put(`${folder}360p/${name}`, original)
  await put(`${folder}360p/index.m3u8`, Buffer.from('#EXTM3U\n0.m4s\n'))
  return lifecycle.encoded(job, FAKE_PACKAGE, folder)
}

/** What was asked for once it played. */
async function further({ infrastructure }: KollusApp, lifecycle: SourceLifecycle, job: ClaimedJob, source: Source) {
  const { media, treatment } = source
  if (media === undefined || treatment === undefined) throw new Error('the source was never probed')
  const renditions = await infrastructure.work.read.sources.renditions([source.id])
  const wanted = (treatment.further ?? []).filter(({ made }) => made === undefined)
  const { segmentDurationMs } = treatment.profile
  const { plan, names } = planFurther(media, wanted, { segmentDurationMs, renditions }, ['h264'])
  const [{ files: _, ...like }] = FAKE_PACKAGE.renditions as [EncodedRendition]
  const made = plan.video.map(({ name, widthPx, heightPx }) => ({
    ...like,
    name,
    widthPx,
    heightPx,
    playlist: `${name}/index.m3u8`,
  }))
  await lifecycle.extended(job, made, names)
}
