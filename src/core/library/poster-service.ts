import type { Readable } from 'node:stream'
import { Readable as ReadableStream } from 'node:stream'
import { DomainError } from '../errors.ts'
import { type AssetId, type ProjectId, parseId } from '../ids.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import { readAtMost } from '../uploads/read-at-most.ts'
import { sourceFolder } from './asset.ts'

export const MAX_POSTER_BYTES = 10 * 1024 * 1024

type Parts = Readonly<{ work: UnitOfWork; blobs: BlobStore; clock: Clock; random: Random }>

/** Pictures that somebody chose instead of the one that was taken from the film. */
export class PosterService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Makes this picture the asset's. `body` is read to its end, at most `MAX_POSTER_BYTES`; what it is, JPEG, PNG or WebP,
   * is seen by its bytes. Throws not_found, state_conflict before the asset has a file, too_large, type_not_allowed.
   */
  async set(projectId: ProjectId, id: AssetId, body: Readable, signal: AbortSignal): Promise<void> {
    const { work, blobs, clock, random } = this.#parts
    const asset = parseId('asset', id) && (await work.read.assets.get(projectId, id))
    if (!asset) throw noAsset()
    const picture = await readAtMost(body, MAX_POSTER_BYTES)
    const suffix = pictureSuffix(picture)
    if (suffix === undefined) throw new DomainError('type_not_allowed', 'The picture must be JPEG, PNG or WebP.')
    const newest = (await work.read.sources.newestForAssets([id])).get(id)
    const shown = asset.currentSourceId ?? newest?.id
    if (shown === undefined) throw new DomainError('state_conflict', 'The asset has no file yet.')
    const name = Buffer.from(random.bytes(8)).toString('hex')
    const key = `${sourceFolder(shown)}posters/${name}.${suffix}`
    await blobs.put(key, ReadableStream.from([picture]), { sizeBytes: picture.length, signal })
    const replaced = await work.transaction(async (tx) => {
      const locked = await tx.assets.lock(id)
      const source = await tx.sources.get(shown)
      if (locked === undefined || source === undefined) return key
      await tx.sources.update(shown, { posterKey: key })
      const nowMs = clock.now()
      await tx.assets.update(id, {}, nowMs)
      await tx.outbox.append(projectId, { type: 'asset.updated', assetId: id, changes: ['poster'] }, nowMs)
      return source.posterKey
    })
    if (replaced !== undefined) await blobs.delete(replaced)
    if (replaced === key) throw noAsset()
  }
}

/** What browsers show, by the first bytes of a file. Source: the formats' own signatures. */
function pictureSuffix(bytes: Buffer): 'jpg' | 'png' | 'webp' | undefined {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'jpg'
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'png'
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'webp'
  return undefined
}

function noAsset(): DomainError {
  return new DomainError('not_found', 'No such asset.')
}
