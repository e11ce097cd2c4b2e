import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { FAKE_PACKAGE, fakeMediaTools } from '../../test/support/fake-media-tools.ts'
import { LEASE_MS, openProcessing, type Processing } from '../../test/support/processing.ts'
import { aMediaInfo } from '../../test/support/rows.ts'
import type { Source } from '../core/library/asset.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { EncodedRendition } from '../core/transcoding/encode-plan.ts'
import { chooseTreatment } from '../core/transcoding/treatment.ts'
import { downloadsHandler } from './downloads.ts'
import type { encodeHandler } from './encode.ts'
import { ingestHandler } from './ingest.ts'
import { ScratchSpace } from './scratch-space.ts'
import { spritesHandler } from './sprites.ts'
import { subtitlesHandler } from './subtitles.ts'

const signal = new AbortController().signal
const TEXT = { codec: 'subrip', language: 'kor', title: undefined, isForced: false, isForHearingImpaired: false }
const NO_WISH = { workflowKey: undefined, encrypt: false, audioOnly: false, passthrough: false }
const PLAYLIST = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:4.0,\n0.m4s\n#EXTINF:4.0,\n1.m4s\n#EXT-X-ENDLIST\n'

async function openIngested(): Promise<Processing & { source: Source; parts: (own?: Partial<MediaTools>) => Parts }> {
  const processing = await openProcessing()
  const { source } = await processing.upload(Buffer.from('film'))
  const info = aMediaInfo({ texts: [{ ...TEXT, streamIndex: 2 }] })
  await processing.run('ingest', ingestHandler({ ...processing, media: fakeMediaTools({ probe: async () => info }) }))
  const parts = (own: Partial<MediaTools> = {}): Parts => {
    const scratch = new ScratchSpace({ directory: processing.scratchDirectory, work: processing.work })
    return { ...processing, scratch, media: fakeMediaTools(own) }
  }
  return { ...processing, source, parts }
}
type Parts = Parameters<typeof encodeHandler>[0]

async function openPlaying(): Promise<Awaited<ReturnType<typeof openIngested>>> {
  const processing = await openIngested()
  const prefix = `sources/${processing.source.id}/packages/x/`
  await processing.lifecycle.encoded(await processing.claim('encode'), FAKE_PACKAGE, prefix)
  return processing
}

const read = async ({ blobs }: Processing, key: string): Promise<string> =>
  text((await blobs.open(key, { signal })).body)

it('stores the small pictures, and makes them the source’s', async () => {
  const processing = await openPlaying()
  await processing.run('sprites', spritesHandler(processing.parts()))
  const { sprites } = (await processing.work.read.sources.get(processing.source.id)) ?? {}
  expect(sprites).toMatchObject({ count: 10, sheets: 1, columns: 5, rows: 2 })
  expect(sprites?.prefix).toMatch(new RegExp(`^sources/${processing.source.id}/sprites/1-[0-9a-z]{16}/$`))
  expect(await read(processing, `${sprites?.prefix}sheet-1.jpg`)).toBe('sheet-1.jpg of film')
  expect(await processing.scratchNames()).toEqual([])
})

it('leaves no small pictures when another machine took the job over', async () => {
  const processing = await openPlaying()
  const media = fakeMediaTools()
  const handler = spritesHandler(
    processing.parts({
      async sprites(...call) {
        const made = await media.sprites(...call)
        await processing.clock.advance(LEASE_MS)
        await processing.claim('sprites', 'there')
        return made
      },
    }),
  )
  await expect(processing.run('sprites', handler)).rejects.toMatchObject({ code: 'lease_lost' })
  expect(await processing.storedKeys()).toEqual([processing.source.blobKey])
})

it('makes what is read in a file the asset’s subtitles', async () => {
  const processing = await openIngested()
  const vtt = Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n')
  await processing.run('subtitles', subtitlesHandler(processing.parts({ texts: async () => new Map([[2, vtt]]) })))
  const found = await processing.work.read.subtitles.listForAsset(processing.source.assetId)
  expect(found).toMatchObject([{ language: 'ko', label: 'ko', kind: 'subtitles' }])
})

it('makes a file to download of what lies in the store, and later one of what was added', async () => {
  const processing = await openIngested()
  const { work, source, clock } = processing
  const treatment = chooseTreatment({ ...NO_WISH, profileKey: 'download' })
  await work.read.sources.update(source.id, { treatment })
  const prefix = `sources/${source.id}/packages/x/`
  await processing.lifecycle.encoded(await processing.claim('encode'), FAKE_PACKAGE, prefix)
  const put = (file: string, body: string) =>
    processing.blobs.put(`${prefix}${file}`, Readable.from([Buffer.from(body)]), { signal })
  for (const folder of ['360p', '144p-1-x']) {
    await put(`${folder}/index.m3u8`, PLAYLIST)
    for (const file of ['init.mp4', '0.m4s', '1.m4s']) await put(`${folder}/${file}`, `[${file}]`)
  }
  await processing.run('downloads', downloadsHandler(processing.parts()))
  const [download] = (await work.read.sources.get(source.id))?.downloads ?? []
  expect(download).toMatchObject({ name: '360p', file: '360p.mp4', sizeBytes: 24, widthPx: 640, heightPx: 360 })
  expect(await read(processing, download?.key ?? '')).toBe('[init.mp4][0.m4s][1.m4s]')
  await clock.advance(1)
  const [{ files: _, ...like }] = FAKE_PACKAGE.renditions as [EncodedRendition]
  const small = { ...like, name: '144p', playlist: '144p-1-x/index.m3u8', widthPx: 256, heightPx: 144 }
  const { projectId, assetId, id: sourceId } = source
  const further = { kind: 'encode', projectId, assetId, sourceId } as const
  await work.read.jobs.enqueue(further, { key: 'further', nowMs: clock.now() })
  await processing.lifecycle.extended(await processing.claim('encode'), [small], new Map())
  const made: (string | undefined)[] = []
  const media = fakeMediaTools()
  await processing.run(
    'downloads',
    downloadsHandler(
      processing.parts({
        download(content, options) {
          made.push(content.outputFile.split('/').at(-1))
          return media.download(content, options)
        },
      }),
    ),
  )
  expect(made).toEqual(['144p.mp4'])
  const { downloads = [] } = (await work.read.sources.get(source.id)) ?? {}
  expect(downloads).toMatchObject([download ?? {}, { name: '144p', file: '144p.mp4' }])
  expect((await processing.storedKeys()).filter((key) => key.includes('/downloads/'))).toHaveLength(2)
  expect(await processing.scratchNames()).toEqual([])
})
