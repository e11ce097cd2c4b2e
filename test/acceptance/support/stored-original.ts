import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** SHA-256 of the originals that the server has stored, by looking at its disk. */
export async function storedOriginals(dataDirectory: string): Promise<readonly string[]> {
  const folder = join(dataDirectory, 'blobs', 'sources')
  const sources = await readdir(folder).catch(() => [])
  return Promise.all(sources.map((source) => sha256OfFile(join(folder, source, 'original'))))
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
