import type { Readable } from 'node:stream'
import type { UploadId } from '../ids.ts'
import { type RunningDigest, runningDigest } from './digests.ts'
import type { FileDigest, Upload } from './upload.ts'

type Running = { algorithm: FileDigest['algorithm']; digest: RunningDigest; position: number }

/**
 * Digests of whole files, computed while their bytes pass, for as long as these arrive in order at this process. Where
 * they did not, the finished file is read once.
 */
export class FileDigests {
  readonly #running = new Map<UploadId, Running>()

  /** Feeds the bytes at `offset`; ignored unless they continue where the digest stands. */
  update(id: UploadId, algorithm: FileDigest['algorithm'], offset: number, chunk: Uint8Array): void {
    let running = this.#running.get(id)
    if (offset === 0) {
      running = { algorithm, digest: runningDigest(algorithm), position: 0 }
      this.#running.set(id, running)
    }
    if (running === undefined) return
    if (running.position !== offset || running.algorithm !== algorithm) {
      this.#running.delete(id)
      return
    }
    running.digest.update(chunk)
    running.position += chunk.length
  }

  /**
   * The digest of the file in lower-case hexadecimal; `read` opens the whole file when it has to be read.
   * Forgets what it knew of this upload.
   */
  async finish(
    id: UploadId,
    algorithm: FileDigest['algorithm'],
    sizeBytes: number,
    read: () => Promise<Readable>,
  ): Promise<string> {
    const running = this.#running.get(id)
    this.#running.delete(id)
    if (running !== undefined && running.position === sizeBytes && running.algorithm === algorithm) {
      return running.digest.value().toString('hex')
    }
    const digest = runningDigest(algorithm)
    if (sizeBytes > 0) for await (const chunk of await read()) digest.update(chunk as Uint8Array)
    return digest.value().toString('hex')
  }

  forget(id: UploadId): void {
    this.#running.delete(id)
  }
}

/** The token's digest and one that a request states; who holds the token cannot talk his way around the first. */
export function wantedDigests({ policy }: Upload, stated: FileDigest | undefined): readonly FileDigest[] {
  const own = policy.digest
  const isSame = own !== undefined && stated?.algorithm === own.algorithm && stated.hex === own.hex
  return [own, isSame ? undefined : stated].filter((digest) => digest !== undefined)
}
