import { createUpload } from '../../support/client.ts'
import { type Journey, type KillableUpload, type Transport, WrongAnswer } from './killable-upload.ts'
import { randomPieces } from './random-pieces.ts'
import { expectStatus, numberHeader, sendBytes } from './send-bytes.ts'

const INTEROP = { 'upload-draft-interop-version': '8' }

/** The IETF's resumable uploads: appending PATCH and HEAD; its interim responses acknowledge bytes, too. */
export const RUFH_APPEND: Transport = {
  name: 'IETF resumable upload',
  async begin(journey: Journey): Promise<KillableUpload> {
    const { serverUrl, file, random, acknowledge, sent } = journey
    const size = random.chance(0.5) ? { sizeBytes: file.length } : {}
    const { token, urls } = await createUpload(serverUrl, { fileName: 'film.bin', ...size })
    const url = `${serverUrl}/rufh/${token}`
    let isComplete = false

    const append = async (start: number, end: number): Promise<void> => {
      const isLast = end === file.length
      const answer = await sendBytes({
        method: 'PATCH',
        url,
        headers: {
          ...INTEROP,
          'content-type': 'application/partial-upload',
          'upload-offset': String(start),
          'upload-complete': isLast ? '?1' : '?0',
        },
        body: file.subarray(start, end),
        sent,
        informed: (headers) => {
          if (headers['upload-offset'] !== undefined) {
            acknowledge({ start: 0, end: numberHeader({ headers }, 'upload-offset') })
          }
        },
      })
      expectStatus(answer, isLast ? 200 : 204)
      const offset = numberHeader(answer, 'upload-offset')
      if (offset !== end) throw new WrongAnswer(`sent up to ${end}, told ${offset}`)
      acknowledge({ start: 0, end })
    }

    return {
      statusUrl: urls.status,
      async ask() {
        const answer = expectStatus(await sendBytes({ method: 'HEAD', url, headers: INTEROP }), 204)
        isComplete = answer.headers['upload-complete'] === '?1'
        return [{ start: 0, end: numberHeader(answer, 'upload-offset') }]
      },
      async resume(stored) {
        const from = stored[0]?.end ?? 0
        for (const { start, end } of randomPieces({ start: from, end: file.length }, random)) await append(start, end)
        if (from === file.length && !isComplete) await append(from, from)
      },
    }
  },
}
