import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeClip } from '../../test/support/media/make-media.ts'
import { processesNaming } from '../../test/support/media/processes.ts'
import { testFfmpeg } from '../../test/support/media/tools.ts'
import { planEncode } from '../core/transcoding/ladder.ts'
import { FfmpegMediaTools, type FfmpegMediaToolsOptions } from './ffmpeg-media-tools.ts'

const signal = new AbortController().signal

describe('FfmpegMediaTools and its limits', () => {
  let directory: string
  let plain: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'reeldock-limits-'))
    plain = await makeClip(directory, 'plain')
  })
  afterAll(() => rm(directory, { recursive: true }))

  const tools = async (limits: FfmpegMediaToolsOptions['limits'], more: Partial<FfmpegMediaToolsOptions> = {}) =>
    new FfmpegMediaTools({ ...(await testFfmpeg()), threads: 1, niceness: 0, limits, ...more })

  it.each([
    ['too_long', { maxDurationMs: 1500 }],
    ['too_many_pixels', { maxPixels: 320 * 180 - 1 }],
    ['too_many_streams', { maxStreams: 1 }],
  ])('refuses a file that is %s', async (reason, limits) => {
    const probe = (await tools(limits)).probe(plain, { signal })
    await expect(probe).rejects.toMatchObject({ code: 'media_refused', details: { reason } })
  })

  it('refuses a recording that turns out too long only when it is read', async () => {
    const live = await makeClip(directory, 'liveWebm')
    const probe = (await tools({ maxDurationMs: 1500 })).probe(live, { signal })
    await expect(probe).rejects.toMatchObject({ details: { reason: 'too_long' } })
  })

  /** A program in place of ffmpeg or ffprobe. */
  const program = async (name: string, script: string) => {
    const path = join(directory, name)
    await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    return path
  }
  const encodeWith = async (ffmpegPath: string, limits: FfmpegMediaToolsOptions['limits'] = {}) => {
    const plan = planEncode(await (await tools({})).probe(plain, { signal }))
    const output = await mkdtemp(join(directory, 'out-'))
    return (await tools(limits, { ffmpegPath })).encode(plain, plan, output, { signal, onProgress: () => undefined })
  }

  it('gives up on a probe that does not end', async () => {
    const ffprobePath = await program('endless-probe', `tail -f ${plain}`)
    const probe = (await tools({ probeTimeMs: 200 }, { ffprobePath })).probe(plain, { signal })
    await expect(probe).rejects.toMatchObject({ code: 'media_refused', details: { reason: 'probe_timeout' } })
    expect(await processesNaming(plain)).toEqual([])
  })

  it('refuses a file over which ffprobe crashes', async () => {
    const ffprobePath = await program('crashing-probe', 'kill -SEGV $$')
    const probe = (await tools({}, { ffprobePath })).probe(plain, { signal })
    await expect(probe).rejects.toMatchObject({ code: 'media_refused', details: { reason: 'damaged' } })
  })

  it('does not blame the file when ffprobe is missing', async () => {
    const probe = (await tools({}, { ffprobePath: join(directory, 'nowhere') })).probe(plain, { signal })
    await expect(probe).rejects.toThrow('ffprobe cannot be run')
  })

  it('stops an encoder that talks but gets no further, and calls that worth repeating', async () => {
    const path = await program('hung', 'while :; do echo frame=1; echo out_time_us=40000; sleep 0.05; done')
    const encode = encodeWith(path, { encodeStallMs: 500 })
    await expect(encode).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'stalled' } })
    expect(await processesNaming(plain)).toEqual([])
  })

  it('stops an encoder that gets further too slowly', async () => {
    const path = await program('slow', 'i=0; while :; do i=$((i+1)); echo frame=$i; sleep 0.05; done')
    const encode = encodeWith(path, { encodeTimeBaseMs: 500, encodeTimePerDuration: 0 })
    await expect(encode).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'timed_out' } })
  })

  it('says storage_full when the disk is', async () => {
    const path = await program('full', 'echo "Error writing trailer: No space left on device" >&2; exit 228')
    await expect(encodeWith(path)).rejects.toMatchObject({ code: 'storage_full' })
  })

  /** The real ffmpeg, whose files cannot grow beyond 8 KiB: writes fail as on a full disk, and it says nothing. */
  const withoutRoom = async () =>
    program('no-room', `trap '' XFSZ; ulimit -f 16; exec ${(await testFfmpeg()).ffmpegPath} "$@"`)

  it('does not believe an encoder that could not write its files', async () => {
    await expect(encodeWith(await withoutRoom())).rejects.toMatchObject({ code: 'storage_full' })
  })

  it('does not believe in a picture that could not be written', async () => {
    const able = await tools({}, { ffmpegPath: await withoutRoom() })
    const outputFile = join(directory, 'cut.jpg')
    const poster = able.poster(plain, { atMs: 0, widthPx: 320, outputFile, signal })
    await expect(poster).rejects.toMatchObject({ code: 'storage_full' })
  })

  it('refuses a source of which most cannot be decoded', async () => {
    const clip = await makeClip(directory, 'fastStart')
    const bytes = await readFile(clip)
    const content = bytes.indexOf('mdat') + 4
    const path = join(directory, 'hollow')
    await writeFile(
      path,
      Buffer.concat([bytes.subarray(0, content + 20_000), Buffer.alloc(bytes.length - content - 20_000)]),
    )
    const able = await tools({})
    const plan = planEncode(await able.probe(path, { signal }))
    const output = join(directory, 'hollow-out')
    await mkdir(output)
    const encode = able.encode(path, plan, output, { signal, onProgress: () => undefined })
    await expect(encode).rejects.toMatchObject({ code: 'media_refused', details: { reason: 'damaged' } })
  })

  it('caps what one output file may take', async () => {
    const plan = planEncode(await (await tools({})).probe(plain, { signal }))
    const output = join(directory, 'capped-out')
    await mkdir(output)
    const small = await tools({ maxOutputFileBytes: 10_240 })
    const encode = small.encode(plain, plan, output, { signal, onProgress: () => undefined })
    await expect(encode).rejects.toMatchObject({ code: 'media_refused' })
    const segment = await readFile(join(output, '180p', 'seg-00001.m4s'))
    expect(segment.length).toBeLessThanOrEqual(10_240)
  })
})
