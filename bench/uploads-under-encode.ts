import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeAsset, untilEncoding, uploadFilm } from './lib/assets.ts'
import { makeFilm } from './lib/films.ts'
import { startNode } from './lib/nodes.ts'
import { type Figures, table } from './lib/report.ts'
import { sendWithCurl } from './lib/send.ts'
import { withFile } from './lib/with-file.ts'
import { createUpload } from './peers/index.ts'

const MIB = 1024 * 1024
const PORT = 18_182
const URL = `http://127.0.0.1:${PORT}`
const FILE_BYTES = 256 * MIB
/** One after the other, in each state of the server and in each round. */
const FILES = 4

/** How fast uploads are while the server encodes on all processors, and while it does not; in turns, in one run. */
export async function uploadsUnderEncode(rounds: number): Promise<string> {
  const idle: Figures[] = []
  const encoding: Figures[] = []
  const directory = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    const film = join(directory, 'film.mp4')
    // More than the uploads will give it time for.
    await makeFilm(film, { size: '1280x720', seconds: 180 })
    const server = await startNode(directory, PORT, 'api,upload,worker', { REELDOCK_SPLIT_SECONDS: '0' })
    try {
      await withFile(FILE_BYTES, async (file) => {
        await rateOf(file)
        for (let round = 0; round < rounds; round++) {
          idle.push(await rateOf(file))
          const asset = await uploadFilm(URL, film)
          await untilEncoding(URL, asset)
          encoding.push(await rateOf(file))
          await untilEncoding(URL, asset)
          await removeAsset(URL, asset)
        }
      })
    } finally {
      await server.stop()
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
  return table(
    new Map([
      ['nothing else to do', idle],
      ['while encoding', encoding],
    ]),
  )
}

async function rateOf(file: string): Promise<Figures> {
  let seconds = 0
  for (let i = 0; i < FILES; i++) {
    // Nobody completes it, so that it is received and nothing more.
    const { urls } = await createUpload(URL, { fileName: 'a.bin', sizeBytes: FILE_BYTES, completion: 'explicit' })
    const startMs = performance.now()
    await sendWithCurl({ method: 'PUT', url: urls.put, headers: {}, form: false }, file)
    seconds += (performance.now() - startMs) / 1000
  }
  return { 'MiB/s': (FILES * FILE_BYTES) / MIB / seconds }
}
