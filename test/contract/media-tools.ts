import { createDecipheriv } from 'node:crypto'
import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DomainError } from '../../src/core/errors.ts'
import type { MediaTools } from '../../src/core/ports/media-tools.ts'
import type { EncodedPackage, EncodedRendition, EncodePlan } from '../../src/core/transcoding/encode-plan.ts'
import { planEncode } from '../../src/core/transcoding/ladder.ts'
import type { MediaInfo } from '../../src/core/transcoding/media-info.ts'
import { type EncodedPiece, planOfPiece, planPieces } from '../../src/core/transcoding/piece.ts'
import { DEFAULT_PROFILE, type ProfileSettings } from '../../src/core/transcoding/profile.ts'
import { type HostileFile, hostileFiles, SECRET, withFlippedBits } from '../support/media/hostile-files.ts'
import { inspectRendition } from '../support/media/inspect-rendition.ts'
import { type ClipKind, makeClip, makePhoneClip, makeSongWithCover, runFfmpeg } from '../support/media/make-media.ts'
import { processesNaming } from '../support/media/processes.ts'

const signal = new AbortController().signal
const noProgress = () => undefined
const TIME_LIMIT_MS = 60_000
/** Sound is coded in frames of 1024 samples; one more before the start primes the decoder. */
const AUDIO_FRAMES_MS = (2 * 1024 * 1000) / 44_100

/** Runs the promises of core/ports/media-tools.ts against one implementation, with real media made on the spot. */
export function mediaToolsContract(name: string, open: () => Promise<MediaTools>): void {
  describe(`MediaTools contract: ${name}`, { timeout: TIME_LIMIT_MS }, () => {
    let tools: MediaTools
    let directory: string
    let outputs = 0
    beforeAll(async () => {
      tools = await open()
      directory = await mkdtemp(join(tmpdir(), 'reeldock-media-'))
    })
    afterAll(() => rm(directory, { recursive: true }))

    const newOutput = async () => {
      const path = join(directory, `out-${outputs++}`)
      await mkdir(path)
      return path
    }
    const probe = (path: string) => tools.probe(path, { signal })
    const clips = new Map<ClipKind, Promise<string>>()
    const clip = (kind: ClipKind) => {
      const made = clips.get(kind) ?? makeClip(directory, kind)
      clips.set(kind, made)
      return made
    }

    /** `made` is what is played by itself, `sounds` what goes with its pictures. */
    type Encoded = {
      info: MediaInfo
      plan: EncodePlan
      output: string
      made: EncodedPackage
      sounds: readonly EncodedRendition[]
    }
    const encode = async (path: string): Promise<Encoded> => {
      const info = await probe(path)
      const plan = planEncode(info)
      const output = await newOutput()
      const { renditions } = await tools.encode(path, plan, output, { signal, onProgress: noProgress })
      const made = { renditions: renditions.filter(({ track }) => track === undefined) }
      return { info, plan, output, made, sounds: renditions.filter(({ track }) => track !== undefined) }
    }

    describe('probe', () => {
      it('describes pictures and sound', async () => {
        const info = await probe(await clip('plain'))
        expect(info).toMatchObject({ container: 'mov,mp4,m4a,3gp,3g2,mj2', contentType: 'video/mp4', durationMs: 2000 })
        expect(info.video).toMatchObject({
          codec: 'h264',
          widthPx: 320,
          heightPx: 180,
          frameRate: 30,
          rotationDegrees: 0,
        })
        expect(info.audio).toMatchObject([{ codec: 'aac', channels: 1, sampleRateHz: 44_100 }])
        expect(JSON.parse(JSON.stringify(info))).toEqual(info)
      })

      it('turns a phone film upright', async () => {
        const info = await probe(await makePhoneClip(directory))
        expect(info.contentType).toBe('video/quicktime')
        expect(info.video).toMatchObject({ widthPx: 180, heightPx: 320, rotationDegrees: 90 })
      })

      it.each<[ClipKind, string, number]>([
        ['mkv', 'video/x-matroska', 2000],
        ['webm', 'video/webm', 2000],
        ['liveWebm', 'video/webm', 2000],
        ['fragmented', 'video/mp4', 2000],
        ['transportStream', 'video/mp2t', 2000],
        ['avi', 'video/x-msvideo', 2000],
        ['audioOnly', 'audio/mp4', 2000],
        ['mp3', 'audio/mpeg', 2000],
        ['wav', 'audio/wav', 1000],
      ])('finds type and duration of %s', async (kind, contentType, durationMs) => {
        const info = await probe(await clip(kind))
        expect(info.contentType).toBe(contentType)
        // The sound of some containers begins or ends a few frames apart from the pictures.
        expect(Math.abs(info.durationMs - durationMs)).toBeLessThanOrEqual(70)
      })

      it('knows that a recording without a header rate has fewer pictures than it seems', async () => {
        const { video } = await probe(await clip('liveWebm'))
        expect(video?.frameRate).toBeGreaterThan(18)
        expect(video?.frameRate).toBeLessThan(22)
        expect(video?.peakFrameRate).toBeCloseTo(30, 0)
      })

      it('sees the pace of a film whose rate varies', async () => {
        const { video } = await probe(await clip('varyingRate'))
        expect(video?.frameRate).toBeLessThan(12)
        expect(video?.peakFrameRate).toBe(30)
      })

      it('counts pixels as they look', async () => {
        expect((await probe(await clip('anamorphic'))).video).toMatchObject({ widthPx: 320, heightPx: 144 })
      })

      it('recognises high dynamic range', async () => {
        expect((await probe(await clip('hdr'))).video).toMatchObject({ isHdr: true, colorMatrix: 'bt2020' })
        expect((await probe(await clip('plain'))).video).toMatchObject({ isHdr: false, colorMatrix: 'bt601' })
      })

      it('tells languages and the default sound apart', async () => {
        const { audio } = await probe(await clip('twoLanguages'))
        expect(audio.map((stream) => [stream.language, stream.isDefault])).toEqual([
          ['eng', false],
          ['kor', true],
        ])
      })

      it('does not take a cover for a film', async () => {
        const info = await probe(await makeSongWithCover(directory))
        expect(info.video).toBeUndefined()
        expect(info.coverStreamIndex).toBe(1)
      })

      it('stops when it is told to', async () => {
        const path = await clip('plain')
        await expect(tools.probe(path, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
        expect(await processesNaming(path)).toEqual([])
      })
    })

    describe('a file that is not media', () => {
      let corpus: HostileFile[]
      beforeAll(async () => {
        corpus = await hostileFiles(directory)
      }, TIME_LIMIT_MS)

      it('is refused with a reason, by each call, and tells nothing', async () => {
        const plan = planEncode(await probe(await clip('plain')))
        for (const { what, reason, content } of corpus) {
          const path = join(directory, 'stranger')
          await writeFile(path, content)
          const refusal: unknown = await probe(path).catch((error) => error)
          expect(refusal, what).toBeInstanceOf(DomainError)
          expect(refusal, what).toMatchObject({ code: 'media_refused', details: { reason } })
          expect(JSON.stringify([(refusal as Error).message, (refusal as Error).cause]), what).not.toContain(SECRET)

          const outputFile = join(directory, 'stranger.jpg')
          const poster = tools.poster(path, { atMs: 0, widthPx: 320, outputFile, signal })
          await expect(poster, what).rejects.toMatchObject({ code: 'media_refused' })
          await expect(access(outputFile), what).rejects.toThrow()

          const encoding = tools.encode(path, plan, await newOutput(), { signal, onProgress: noProgress })
          // Some are ended by the limit on memory, for which the file is not to blame for sure.
          const code = expect.stringMatching(/^(media_refused|unavailable)$/)
          await expect(encoding, what).rejects.toMatchObject({ code })
          expect(await processesNaming(path), what).toEqual([])
        }
      })

      it('is refused when a fifth or more of it is missing, wherever it was cut', async () => {
        const whole = await readFile(await clip('fastStart'))
        const path = join(directory, 'cut')
        for (let tenth = 0; tenth <= 8; tenth++) {
          await writeFile(path, whole.subarray(0, Math.floor((whole.length * tenth) / 10)))
          await expect(probe(path), `${tenth} tenths`).rejects.toMatchObject({ code: 'media_refused' })
        }
        await writeFile(path, whole)
        await expect(probe(path)).resolves.toMatchObject({ durationMs: 2000 })
      })

      it('may be media with flipped bits: then it is encoded to its whole length or refused', async () => {
        const whole = await readFile(await clip('plain'))
        for (const distance of [97, 1009, 9973]) {
          const path = join(directory, 'flipped')
          await writeFile(path, withFlippedBits(whole, distance))
          const made = await encode(path).catch((error: unknown) => error)
          if (made instanceof Error) expect(made).toMatchObject({ code: 'media_refused' })
          else expect((made as Encoded).made.renditions[0]?.durationMs).toBeGreaterThan(1400)
        }
      })
    })

    describe('encode', () => {
      it('makes exactly the planned renditions, complete and decodable', async () => {
        const { info, plan, output, made, sounds } = await encode(await clip('hd'))
        expect(made.renditions.map((rendition) => rendition.name)).toEqual(['720p', '480p', '360p', '240p'])
        expect((await readdir(output)).sort()).toEqual(['240p', '360p', '480p', '720p', 'audio'])
        for (const [i, rendition] of made.renditions.entries()) {
          const step = plan.video[i]
          const seen = await inspectRendition(output, rendition)
          expect(seen.video).toMatchObject({
            codec_name: 'h264',
            profile: 'High',
            pix_fmt: 'yuv420p',
            avg_frame_rate: '30/1',
          })
          expect([seen.video?.width, seen.video?.height]).toEqual([step?.widthPx, step?.heightPx])
          expect([rendition.widthPx, rendition.heightPx, rendition.frameRate]).toEqual([
            step?.widthPx,
            step?.heightPx,
            30,
          ])
          expect(seen.video?.height).toBeLessThanOrEqual(info.video?.heightPx ?? 0)
          expect(seen.audio).toBeUndefined()
          expect(seen.pictures).toBe(30)
          expect(rendition.codecs).toMatch(/^avc1\.6400[0-9a-f]{2}$/)
          expect(rendition.sizeBytes).toBe(seen.sizeBytes)
          expect(rendition.averageBandwidth).toBeLessThanOrEqual(rendition.bandwidth)
          expect(rendition.files).toEqual([`${rendition.name}/init.mp4`, `${rendition.name}/seg-00001.m4s`])
          expect((await readdir(join(output, rendition.name))).sort()).toEqual([
            'index.m3u8',
            'init.mp4',
            'seg-00001.m4s',
          ])
        }
        expect(sounds).toMatchObject([{ name: 'audio', codecs: 'mp4a.40.2', track: { isDefault: true, channels: 1 } }])
        const sound = await inspectRendition(output, must(sounds[0]))
        expect(sound.streams).toMatchObject([{ codec_type: 'audio', codec_name: 'aac', channels: 1 }])
      })

      it('makes a rendition of every sound, for the viewer to choose from, the default one first', async () => {
        const { sounds, output } = await encode(await clip('twoLanguages'))
        expect(sounds.map(({ name, track }) => [name, track?.language, track?.isDefault])).toEqual([
          ['audio', 'kor', true],
          ['audio-2', 'eng', false],
        ])
        expect(new Set(sounds.map(({ track }) => track?.label)).size).toBe(2)
        for (const sound of sounds) expect((await inspectRendition(output, sound)).streams).toHaveLength(1)
      })

      it('keeps the sound alone when that is asked for, in each bit rate', async () => {
        const path = await clip('plain')
        const profile = { ...DEFAULT_PROFILE, delivery: 'audio', audio: { bitRates: [96_000, 32_000], tracks: 'all' } }
        const plan = planEncode(await probe(path), profile as ProfileSettings)
        const output = await newOutput()
        const { renditions } = await tools.encode(path, plan, output, { signal, onProgress: noProgress })
        expect(renditions.map(({ name, codecs }) => [name, codecs])).toEqual([
          ['audio', 'mp4a.40.2'],
          ['audio-2', 'mp4a.40.2'],
        ])
        for (const rendition of renditions) expect((await inspectRendition(output, rendition)).video).toBeUndefined()
      })

      it('encrypts every segment with the key of its turn, and nothing else', async () => {
        const path = await clip('long')
        const plan = planEncode(await probe(path))
        const keys = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)]
        const output = await newOutput()
        const encryption = { keys, segmentsPerKey: 2 }
        const { renditions } = await tools.encode(path, plan, output, { signal, onProgress: noProgress, encryption })
        for (const rendition of renditions) {
          const playlist = await readFile(join(output, rendition.playlist), 'utf8')
          const lines = playlist.split('\n').filter((line) => /^(#EXT-X-(MAP|KEY)|seg-)/.test(line))
          expect(lines).toEqual([
            '#EXT-X-MAP:URI="init.mp4"',
            '#EXT-X-KEY:METHOD=AES-128,URI="../keys/0"',
            'seg-00001.m4s',
            'seg-00002.m4s',
            '#EXT-X-KEY:METHOD=AES-128,URI="../keys/1"',
            'seg-00003.m4s',
          ])
          const [init, ...segments] = await Promise.all(rendition.files.map((file) => readFile(join(output, file))))
          expect(must(init).toString('latin1', 4, 8)).toBe('ftyp')
          const clear = segments.map((segment, i) => {
            expect(segment.length % 16).toBe(0)
            const vector = Buffer.alloc(16)
            vector.writeUInt32BE(i + 1, 12)
            const decipher = createDecipheriv('aes-128-cbc', must(keys[i < 2 ? 0 : 1]), vector)
            return Buffer.concat([decipher.update(segment), decipher.final()])
          })
          expect(clear.every((segment) => ['styp', 'moof'].includes(segment.toString('latin1', 4, 8)))).toBe(true)
          const joined = join(output, 'joined.mp4')
          await writeFile(joined, Buffer.concat([must(init), ...clear]))
          expect((await probe(joined)).durationMs).toBeGreaterThan(8900)
        }
      })

      it('adds a ladder for each further codec that this machine has', { timeout: 2 * TIME_LIMIT_MS }, async () => {
        const path = await clip('long')
        const video = { ...DEFAULT_PROFILE.video, codecs: tools.videoCodecs, steps: [{ shorterSidePx: 240 }] }
        const plan = planEncode(await probe(path), { ...DEFAULT_PROFILE, video }, tools.videoCodecs)
        const output = await newOutput()
        const { renditions } = await tools.encode(path, plan, output, { signal, onProgress: noProgress })
        const pictures = renditions.filter(({ track }) => track === undefined)
        expect(pictures).toHaveLength(tools.videoCodecs.length)
        const names = { h264: 'avc1.', hevc: 'hvc1.', av1: 'av01.', vp9: 'vp09.' }
        for (const [i, rendition] of pictures.entries()) {
          expect(rendition.codecs).toContain(names[must(tools.videoCodecs[i])])
          const seen = await inspectRendition(output, rendition)
          expect([seen.video?.height, seen.pictures]).toEqual([240, 270])
          expect(seen.keyframeSeconds.map((time) => Math.round(time * 1000))).toEqual([0, 4004, 8008])
        }
      })

      it('makes the same film of pieces as in one piece, picture by picture, with seams nobody sees', async () => {
        const path = await clip('longAndMoving')
        const { plan, output: whole, made } = await encode(path)
        const output = await newOutput()
        const pieces: EncodedPiece[] = []
        for (const piece of planPieces(plan, 2_000)) {
          const place = await newOutput()
          const options = { signal, onProgress: noProgress, attempt: '7' }
          pieces.push(await tools.encodePiece(path, planOfPiece(plan, piece), place, options))
          await cp(place, output, { recursive: true })
        }
        expect(pieces).toHaveLength(3)
        const { renditions } = await tools.joinPieces(plan, pieces, output, {})
        const pictures = renditions.filter(({ track }) => track === undefined)
        for (const [i, rendition] of made.renditions.entries()) {
          const joined = must(pictures[i])
          const [one, other] = [await inspectRendition(whole, rendition), await inspectRendition(output, joined)]
          expect(other.pictures).toBe(one.pictures)
          expect(other.keyframeSeconds).toEqual(one.keyframeSeconds)
          expect(other.playlist.match(/#EXTINF:.*/g)).toEqual(one.playlist.match(/#EXTINF:.*/g))
          expect([joined.durationMs, joined.codecs]).toEqual([rendition.durationMs, rendition.codecs])
          const files = [join(whole, rendition.playlist), join(output, joined.playlist)]
          const likeness = await runFfmpeg([
            ...files.flatMap((file) => ['-i', file]),
            '-lavfi',
            'psnr=f=-',
            '-f',
            'null',
            '-',
          ])
          // One picture too early or too late, and some are below 25 dB.
          const decibels = [...likeness.matchAll(/psnr_avg:(\S+)/g)].map(([, value]) =>
            Number(value === 'inf' ? 99 : value),
          )
          expect(decibels).toHaveLength(one.pictures)
          expect(Math.min(...decibels)).toBeGreaterThan(30)
        }
        const sound = must(renditions.find(({ track }) => track !== undefined))
        expect(sound).toMatchObject({ name: 'audio', track: { isDefault: true } })
        expect(Math.abs(sound.durationMs - plan.durationMs)).toBeLessThanOrEqual(AUDIO_FRAMES_MS)
      })

      it('cuts all renditions at the same pictures, every four seconds, and loses none', async () => {
        const { made, output } = await encode(await clip('long'))
        expect(made.renditions.map((rendition) => rendition.name)).toEqual(['360p', '240p'])
        for (const rendition of made.renditions) {
          const seen = await inspectRendition(output, rendition)
          expect(rendition.files).toHaveLength(4)
          expect(seen.playlist.match(/#EXTINF:.*/g)).toEqual([
            '#EXTINF:4.004000,',
            '#EXTINF:4.004000,',
            '#EXTINF:1.001000,',
          ])
          expect(seen.keyframeSeconds.map((time) => Math.round(time * 1000))).toEqual([0, 4004, 8008])
          expect(seen.pictures).toBe(270)
          expect(rendition.durationMs).toBe(9009)
        }
      })

      it.each<ClipKind>(['mkv', 'webm', 'webmVp9', 'liveWebm', 'transportStream', 'avi', 'fragmented', 'varyingRate'])(
        'plays %s to its end, within a frame',
        async (kind) => {
          const { info, plan, made, output } = await encode(await clip(kind))
          const frameMs = 1000 / (plan.video[0]?.frameRate ?? 1)
          for (const rendition of made.renditions) {
            const seen = await inspectRendition(output, rendition)
            expect(Math.abs(rendition.durationMs - info.durationMs)).toBeLessThanOrEqual(frameMs + 1)
            expect(Math.abs(seen.playSeconds * 1000 - rendition.durationMs)).toBeLessThanOrEqual(frameMs + 1)
          }
        },
      )

      it('turns a phone film upright', async () => {
        const { made, output } = await encode(await makePhoneClip(directory))
        const seen = await inspectRendition(output, must(made.renditions[0]))
        expect([seen.video?.width, seen.video?.height]).toEqual([180, 320])
        expect(JSON.stringify(seen.streams)).not.toContain('rotation')
      })

      it.each<[ClipKind, string, number, number]>([
        ['odd', '180p', 320, 180],
        ['tiny', '54p', 96, 54],
        ['anamorphic', '144p', 320, 144],
        ['hdr', '180p', 320, 180],
      ])('makes one rendition of %s, not larger than the source', async (kind, name_, width, height) => {
        const { made, output } = await encode(await clip(kind))
        expect(made.renditions).toHaveLength(1)
        expect(made.renditions[0]?.name).toBe(name_)
        const { video } = await inspectRendition(output, must(made.renditions[0]))
        expect(video).toMatchObject({ width, height, pix_fmt: 'yuv420p' })
      })

      it('halves a rate that screens do not show', async () => {
        const { made, output } = await encode(await clip('fast'))
        const { video, pictures } = await inspectRendition(output, must(made.renditions[0]))
        expect([video?.avg_frame_rate, pictures]).toEqual(['60/1', 60])
      })

      it('leaves a silent film silent', async () => {
        const { made, sounds, output } = await encode(await clip('silent'))
        expect(sounds).toEqual([])
        expect(made.renditions[0]?.codecs).toMatch(/^avc1\.[0-9a-f]{6}$/)
        expect((await inspectRendition(output, must(made.renditions[0]))).audio).toBeUndefined()
      })

      it.each<ClipKind>(['audioOnly', 'mp3'])('makes the one rendition "audio" of %s', async (kind) => {
        const { info, made, output } = await encode(await clip(kind))
        expect(made.renditions).toMatchObject([{ name: 'audio', codecs: 'mp4a.40.2' }])
        const [rendition] = made.renditions
        const seen = await inspectRendition(output, must(rendition))
        expect(seen.streams).toHaveLength(1)
        expect(Math.abs((rendition?.durationMs ?? 0) - info.durationMs)).toBeLessThanOrEqual(AUDIO_FRAMES_MS)
        expect([rendition?.widthPx, rendition?.heightPx, rendition?.frameRate]).toEqual([
          undefined,
          undefined,
          undefined,
        ])
      })

      it('holds the last picture while the sound goes on', async () => {
        const { made, output } = await encode(await clip('soundGoesOn'))
        const seen = await inspectRendition(output, must(made.renditions[0]))
        expect([made.renditions[0]?.durationMs, seen.pictures]).toEqual([3000, 90])
      })

      it('fills with silence when the sound ends before the pictures', async () => {
        const { sounds, output } = await encode(await clip('soundEndsEarly'))
        const [rendition] = sounds
        const joined = join(output, 'joined.mp4')
        const parts = await Promise.all(must(rendition).files.map((file) => readFile(join(output, file))))
        await writeFile(joined, Buffer.concat(parts))
        const { audio } = await probe(joined)
        expect(Math.abs((audio[0]?.endMs ?? 0) - 3000)).toBeLessThanOrEqual(AUDIO_FRAMES_MS)
      })

      it('reports progress that only grows and ends at 1', async () => {
        const path = await clip('long')
        const plan = planEncode(await probe(path))
        const seen: number[] = []
        await tools.encode(path, plan, await newOutput(), { signal, onProgress: (fraction) => seen.push(fraction) })
        expect(seen.length).toBeGreaterThan(1)
        expect(seen).toEqual(seen.toSorted((a, b) => a - b))
        expect(Math.min(...seen)).toBeGreaterThanOrEqual(0)
        expect(seen.at(-1)).toBe(1)
      })

      it('ends soon when it is aborted, leaves no process and nothing outside its directory', async () => {
        const path = await clip('long')
        const plan = planEncode(await probe(path))
        const output = await newOutput()
        const stop = new AbortController()
        const before = await readdir(directory)
        let progress = 0
        const onProgress = (fraction: number) => {
          progress = fraction
        }
        const running = tools.encode(path, plan, output, { signal: stop.signal, onProgress })
        const ended = expect(running).rejects.toThrow('changed my mind')
        await vi.waitFor(async () => expect(await processesNaming(path)).not.toEqual([]), {
          timeout: 30_000,
          interval: 2,
        })
        stop.abort(new Error('changed my mind'))
        await ended
        expect(progress).toBeLessThan(1)
        expect(await processesNaming(path)).toEqual([])
        expect(await readdir(directory)).toEqual(before)
      })
    })

    describe('poster', () => {
      const take = async (path: string, atMs: number, widthPx = 640, isExact = false) => {
        const outputFile = join(directory, `poster-${outputs++}`)
        await tools.poster(path, { atMs, isExact, widthPx, outputFile, signal })
        return readFile(outputFile)
      }

      it('is one upright JPEG of at most the asked width, never enlarged', async () => {
        expect(jpegSize(await take(await clip('plain'), 200))).toEqual([320, 180])
        expect(jpegSize(await take(await clip('hd'), 200, 640))).toEqual([640, 360])
        expect(jpegSize(await take(await makePhoneClip(directory), 0, 90))).toEqual([90, 160])
        expect(jpegSize(await take(await clip('anamorphic'), 0))).toEqual([320, 144])
        expect(jpegSize(await take(await clip('odd'), 0))).toEqual([320, 180])
      })

      it('passes over black pictures where it can', async () => {
        const colourful = await take(await clip('blackStart'), 0)
        const black = await take(await clip('black'), 0)
        expect(colourful.length).toBeGreaterThan(3 * black.length)
      })

      it('is just the picture of its moment when that is wanted, black or not', async () => {
        const path = await clip('blackStart')
        const [typical, exact] = [await take(path, 0), await take(path, 0, 640, true)]
        expect(typical.length).toBeGreaterThan(3 * exact.length)
        expect((await take(path, 3_600_000, 640, true)).length).toBeGreaterThan(3 * exact.length)
      })

      it('takes the nearest picture when asked for one past the end', async () => {
        expect(jpegSize(await take(await clip('plain'), 3_600_000))).toEqual([320, 180])
      })

      it('shows the cover of a song', async () => {
        expect(jpegSize(await take(await makeSongWithCover(directory), 0))).toEqual([120, 120])
      })

      it('is refused for sound without a picture', async () => {
        const refused = take(await clip('audioOnly'), 0)
        await expect(refused).rejects.toMatchObject({ code: 'media_refused', details: { reason: 'no_streams' } })
      })

      it('stops when it is told to', async () => {
        const path = await clip('plain')
        const outputFile = join(directory, 'never.jpg')
        const taking = tools.poster(path, {
          atMs: 0,
          widthPx: 320,
          outputFile,
          signal: AbortSignal.abort(new Error('enough')),
        })
        await expect(taking).rejects.toThrow('enough')
        expect(await processesNaming(path)).toEqual([])
      })
    })
  })
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is nothing here')
  return value
}

/** Width and height from a baseline JPEG's frame header; throws an Error for anything else. */
function jpegSize(bytes: Buffer): [width: number, height: number] {
  if (bytes.readUInt16BE(0) !== 0xffd8 || bytes.readUInt16BE(bytes.length - 2) !== 0xffd9) throw new Error('not a JPEG')
  for (let at = 2; at + 9 < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes.readUInt16BE(at) === 0xffc0) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)]
  }
  throw new Error('the JPEG has no frame header')
}
