import { createUpload } from '../../support/client.ts'
import { type Journey, type KillableUpload, type Transport, WrongAnswer } from './killable-upload.ts'
import { randomPieces } from './random-pieces.ts'
import { expectStatus, numberHeader, sendBytes } from './send-bytes.ts'

const TUS = { 'tus-resumable': '1.0.0' }

/** tus 1.0.0: PATCH and HEAD. */
export const TUS_PATCH: Transport = {
  name: 'tus PATCH',
  async begin(journey: Journey): Promise<KillableUpload> {
    const { serverUrl, file, random, acknowledge, sent } = journey
    const size = random.chance(0.5) ? { sizeBytes: file.length } : {}
    const { urls } = await createUpload(serverUrl, { fileName: 'film.bin', ...size })
    let isComplete = false

    const patch = async (start: number, end: number): Promise<void> => {
      const last: Record<string, string> = end === file.length ? { 'upload-length': String(file.length) } : {}
      const answer = await sendBytes({
        method: 'PATCH',
        url: urls.tus,
        headers: { ...TUS, ...last, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(start) },
        body: file.subarray(start, end),
        sent,
      })
      const offset = numberHeader(expectStatus(answer, 204), 'upload-offset')
      if (offset !== end) throw new WrongAnswer(`sent up to ${end}, told ${offset}`)
      acknowledge({ start: 0, end })
    }

    return {
      statusUrl: urls.status,
      async ask() {
        const answer = expectStatus(await sendBytes({ method: 'HEAD', url: urls.tus, headers: TUS }), 200)
        const end = numberHeader(answer, 'upload-offset')
        isComplete = end === file.length && answer.headers['upload-length'] === String(file.length)
        return [{ start: 0, end }]
      },
      async resume(stored) {
        const from = stored[0]?.end ?? 0
        for (const { start, end } of randomPieces({ start: from, end: file.length }, random)) await patch(start, end)
        // All bytes are there, and the server does not know that they are all.
        if (from === file.length && !isComplete) await patch(from, from)
      },
    }
  },
}
