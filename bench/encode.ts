import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jobOf, untilPlayable, untilReady, uploadFilm } from './lib/assets.ts'
import { ffmpeg, makeFilm } from './lib/films.ts'
import { startNode, startWorkerOn } from './lib/nodes.ts'
import { type Figures, table } from './lib/report.ts'

const PORT = 18_181
const URL = `http://127.0.0.1:${PORT}`
/** That of the server's encoders; whoever encodes beside other programs has to be as polite. */
const NICENESS = 19

/** What the server makes of 720p: width, height, ceiling in bits per second. */
const LADDER = [
  [1280, 720, 2_721_000],
  [854, 480, 1_482_000],
  [640, 360, 962_000],
  [426, 240, 523_000],
] as const

/** One film: a command written by hand for the same outputs, and the server, from the upload's end until it plays. */
export async function encode(rounds: number): Promise<string> {
  const byHand: Figures[] = []
  const ours: Figures[] = []
  await inDirectory(async (directory) => {
    const film = join(directory, 'film.mp4')
    await makeFilm(film, { size: '1280x720', seconds: 30 })
    for (let round = 0; round < rounds; round++) {
      byHand.push({ 'wall s': await encodeByHand(film) })
      ours.push({ 'wall s': await encodeByServer(film) })
    }
  })
  return table(
    new Map([
      ['one ffmpeg command', byHand],
      ['Reeldock, until it plays', ours],
    ]),
  )
}

async function encodeByHand(film: string): Promise<number> {
  return inDirectory(async (directory) => {
    const split = `[0:v]split=${LADDER.length}${LADDER.map((_, i) => `[s${i}]`).join('')}`
    const scales = LADDER.map(([width, height], i) => `[s${i}]scale=${width}:${height}[v${i}]`)
    const startMs = performance.now()
    await ffmpeg(
      [
        ...['-i', film, '-filter_complex', [split, ...scales].join(';')],
        ...LADDER.flatMap((_, i) => ['-map', `[v${i}]`]),
        ...['-map', '0:a', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-g', '120', '-sc_threshold', '0'],
        ...LADDER.flatMap(([, , rate], i) => [`-maxrate:v:${i}`, `${rate}`, `-bufsize:v:${i}`, `${rate * 1.5}`]),
        ...['-c:a', 'aac', '-b:a', '128k', '-f', 'hls', '-hls_time', '4', '-hls_playlist_type', 'vod'],
        ...['-hls_segment_type', 'fmp4', '-hls_segment_filename', '%v-%05d.m4s', '-master_pl_name', 'master.m3u8'],
        ...['-var_stream_map', [...LADDER.map((_, i) => `v:${i},agroup:a`), 'a:0,agroup:a'].join(' '), '%v.m3u8'],
      ],
      { niceness: NICENESS, cwd: directory },
    )
    return (performance.now() - startMs) / 1000
  })
}

async function encodeByServer(film: string): Promise<number> {
  return inDirectory(async (directory) => {
    const server = await startNode(directory, PORT, 'api,upload,worker')
    try {
      const asset = await uploadFilm(URL, film)
      const startMs = performance.now()
      await untilReady(URL, asset)
      return (performance.now() - startMs) / 1000
    } finally {
      await server.stop()
    }
  })
}

/** A film that plays in its smallest size first, and the same when all sizes are made at once. */
export async function early(rounds: number): Promise<string> {
  const results = new Map<string, Figures[]>([
    ['all sizes at once', []],
    ['the smallest first', []],
  ])
  await inDirectory(async (directory) => {
    const film = join(directory, 'film.mp4')
    await makeFilm(film, { size: '1280x720', seconds: 30 })
    for (let round = 0; round < rounds; round++) {
      results.get('all sizes at once')?.push(await encodeFrom(film, '0'))
      results.get('the smallest first')?.push(await encodeFrom(film, '1'))
    }
  })
  return table(results)
}

/** Seconds from the upload's end. */
async function encodeFrom(film: string, earlySeconds: string): Promise<Figures> {
  return inDirectory(async (directory) => {
    const server = await startNode(directory, PORT, 'api,upload,worker', { REELDOCK_EARLY_SECONDS: earlySeconds })
    try {
      const asset = await uploadFilm(URL, film)
      const startMs = performance.now()
      await untilPlayable(URL, asset)
      const playableMs = performance.now()
      await untilReady(URL, asset)
      return { 'playable s': (playableMs - startMs) / 1000, 'ready s': (performance.now() - startMs) / 1000 }
    } finally {
      await server.stop()
    }
  })
}

const LONG_SECONDS = 64

/** A film in four pieces and its sound: a worker with one processor, and two with one each. */
export async function pieces(rounds: number): Promise<string> {
  const results = new Map<string, Figures[]>([
    ['one worker', []],
    ['two workers', []],
    ['one worker, in one piece', []],
  ])
  await inDirectory(async (directory) => {
    const film = join(directory, 'film.mp4')
    await makeFilm(film, { size: '640x360', seconds: LONG_SECONDS })
    for (let round = 0; round < rounds; round++) {
      results.get('one worker')?.push(await encodeByWorkers(film, [0], String(LONG_SECONDS)))
      results.get('two workers')?.push(await encodeByWorkers(film, [0, 1], String(LONG_SECONDS)))
      results.get('one worker, in one piece')?.push(await encodeByWorkers(film, [0], '0'))
    }
  })
  return table(results)
}

async function encodeByWorkers(film: string, processors: readonly number[], splitSeconds: string): Promise<Figures> {
  return inDirectory(async (directory) => {
    const server = await startNode(directory, PORT, 'api,upload')
    const env = { REELDOCK_SPLIT_SECONDS: splitSeconds, REELDOCK_ENCODE_CORES: '1' }
    const workers = processors.map((processor) => startWorkerOn(processor, directory, env))
    try {
      const asset = await uploadFilm(URL, film)
      await untilReady(URL, asset)
      // From the first look at the file to the last playlist; starting the workers is not counted.
      const [ingest, encoded] = [await jobOf(URL, asset, 'ingest'), await jobOf(URL, asset, 'encode')]
      return { 'wall s': (Date.parse(encoded.finishedAt) - Date.parse(ingest.startedAt)) / 1000 }
    } finally {
      for (const worker of workers) await worker.stop()
      await server.stop()
    }
  })
}

async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
