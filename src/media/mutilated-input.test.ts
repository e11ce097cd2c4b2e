import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runFfmpeg } from '../../test/support/media/make-media.ts'
import { mutilated } from '../../test/support/media/mutilated.ts'
import { processesNaming } from '../../test/support/media/processes.ts'
import { testFfmpeg } from '../../test/support/media/tools.ts'
import { isDomainError } from '../core/errors.ts'
import { planEncode } from '../core/transcoding/ladder.ts'
import { REFUSAL_REASONS } from '../core/transcoding/refusal.ts'
import { FfmpegMediaTools } from './ffmpeg-media-tools.ts'
import { shortfallToleranceMs } from './shortfall.ts'

const { signal } = new AbortController()
/** More of them find more: TEST_FUZZ_FILES=2000 takes some minutes. */
const FILES = Number(process.env['TEST_FUZZ_FILES'] ?? 24)
const PARALLEL = 3
const TIMEOUT = { timeout: 60_000 + FILES * 1_000 }

const PICTURES = ['-f', 'lavfi', '-t', '1', '-i', 'testsrc2=size=96x54:rate=10']
const SOUND = ['-f', 'lavfi', '-t', '1', '-i', 'sine=frequency=440:sample_rate=44100']
const CODECS = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '5', '-c:a', 'aac']
const FORMS = {
  mp4: [...CODECS, '-f', 'mp4'],
  fastStart: [...CODECS, '-movflags', '+faststart', '-f', 'mp4'],
  fragments: [...CODECS, '-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4'],
  matroska: [...CODECS, '-f', 'matroska'],
  transportStream: [...CODECS, '-f', 'mpegts'],
  avi: ['-c:v', 'mpeg4', '-c:a', 'mp2', '-f', 'avi'],
  webm: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus', '-f', 'webm'],
  song: ['-vn', '-c:a', 'libmp3lame', '-f', 'mp3'],
}

let directory: string
const originals: Buffer[] = []
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-mutilated-'))
  for (const [name, args] of Object.entries(FORMS)) {
    const path = join(directory, name)
    await runFfmpeg([...PICTURES, ...SOUND, ...args, path])
    originals.push(await readFile(path))
    await rm(path)
  }
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** What becomes of the file: 'encoded', a reason for its refusal, or what is neither. */
async function fateOf(tools: FfmpegMediaTools, seed: number): Promise<string> {
  const place = join(directory, String(seed))
  const output = join(place, 'out')
  await mkdir(output, { recursive: true })
  const path = join(place, 'file')
  const original = originals[seed % originals.length] ?? Buffer.alloc(0)
  await writeFile(path, mutilated(original, seed))
  try {
    const info = await tools.probe(path, { signal })
    const plan = planEncode(info)
    const { renditions } = await tools.encode(path, plan, output, { signal, onProgress: () => undefined })
    for (const { durationMs, files } of renditions) {
      if (durationMs < info.durationMs - shortfallToleranceMs(info.durationMs)) return `cut to ${durationMs} ms`
      for (const file of files) await access(join(output, file))
    }
    return 'encoded'
  } catch (error) {
    if (!isDomainError(error, 'media_refused')) return String(error)
    return String(error.details['reason'])
  } finally {
    expect(await processesNaming(path)).toEqual([])
    expect((await readdir(place)).toSorted()).toEqual(['file', 'out'])
    await rm(place, { recursive: true })
  }
}

it(
  'a broken file is encoded to its end or refused with a reason, whatever is broken, and leaves no process',
  TIMEOUT,
  async () => {
    const limits = { encodeTimeBaseMs: 30_000, encodeStallMs: 15_000 }
    const tools = new FfmpegMediaTools({ ...(await testFfmpeg()), threads: 1, niceness: 0, limits })
    const fates = new Map<number, string>()
    const seeds = Array.from({ length: FILES }, (_, i) => i + 1).values()
    const work = async (): Promise<void> => {
      for (const seed of seeds) fates.set(seed, await fateOf(tools, seed))
    }
    await Promise.all(Array.from({ length: PARALLEL }, work))
    const allowed = new Set<string>(['encoded', ...REFUSAL_REASONS])
    expect([...fates].filter(([, fate]) => !allowed.has(fate))).toEqual([])
    // Neither does everything pass, nor nothing.
    expect(new Set(fates.values()).size).toBeGreaterThan(3)
    expect([...fates.values()]).toContain('encoded')
    expect(await readdir(directory)).toEqual([])
  },
)
