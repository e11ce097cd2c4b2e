import { createUpload } from '../../support/client.ts'
import type { Journey, KillableUpload, Transport } from './killable-upload.ts'
import { randomPieces } from './random-pieces.ts'
import { expectStatus, sendBytes } from './send-bytes.ts'
import { missing, type StoredRange } from './stored-ranges.ts'

const AT_ONCE = 4

/** PUT with Content-Range, four at once, in any order, now and then over bytes that are there already. */
export const PARALLEL_CHUNKS: Transport = {
  name: 'v1 parallel chunks',
  async begin(journey: Journey): Promise<KillableUpload> {
    const { serverUrl, file, random, acknowledge, sent } = journey
    const size = random.chance(0.5) ? { sizeBytes: file.length } : {}
    const { urls } = await createUpload(serverUrl, { fileName: 'film.bin', ...size })
    const put = async ({ start, end }: StoredRange): Promise<void> => {
      const headers = { 'content-range': `bytes ${start}-${end - 1}/${file.length}` }
      expectStatus(
        await sendBytes({ method: 'PUT', url: urls.put, headers, body: file.subarray(start, end), sent }),
        200,
        308,
      )
      acknowledge({ start, end })
    }
    const isComplete = async (): Promise<boolean> => {
      const headers = { 'content-range': `bytes */${file.length}` }
      const answer = await sendBytes({ method: 'PUT', url: urls.put, headers, body: Buffer.alloc(0) })
      return expectStatus(answer, 200, 308).status === 200
    }

    return {
      statusUrl: urls.status,
      async ask() {
        if (await isComplete()) return [{ start: 0, end: file.length }]
        const { text } = expectStatus(await sendBytes({ method: 'GET', url: urls.status }), 200)
        return (JSON.parse(text) as { ranges: readonly StoredRange[] }).ranges
      },
      async resume(stored) {
        const pieces = missing(stored, file.length)
          .flatMap((range) => randomPieces(range, random))
          .map((piece) => (random.chance(0.2) ? reachingBack(piece, stored) : piece))
        const left = random.shuffled(pieces)
        const sendAll = async (): Promise<void> => {
          for (let piece = left.pop(); piece !== undefined; piece = left.pop()) await put(piece)
        }
        const senders = await Promise.allSettled(Array.from({ length: AT_ONCE }, sendAll))
        const failed = senders.find((sender) => sender.status === 'rejected')
        if (failed !== undefined) throw failed.reason
        if (!(await isComplete())) throw new Error('everything was sent, and still something is missing')
      },
    }
  },
}

/** The piece together with the last bytes before it that are stored already. */
function reachingBack(piece: StoredRange, stored: readonly StoredRange[]): StoredRange {
  const before = stored.find(({ end }) => end === piece.start)
  return before === undefined ? piece : { start: Math.max(before.start, piece.start - 100_000), end: piece.end }
}
