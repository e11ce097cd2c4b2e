import { createUpload } from '../../support/client.ts'
import { type Journey, type KillableUpload, type Transport, WrongAnswer } from './killable-upload.ts'
import { randomPieces } from './random-pieces.ts'
import { type Answer, expectStatus, sendBytes } from './send-bytes.ts'

/** PUT with Content-Range, one part after the other; a range without bytes asks. */
export const CONTENT_RANGE: Transport = {
  name: 'v1 Content-Range PUT',
  async begin(journey: Journey): Promise<KillableUpload> {
    const { serverUrl, file, random, acknowledge, sent } = journey
    const size = random.chance(0.5) ? { sizeBytes: file.length } : {}
    const { urls } = await createUpload(serverUrl, { fileName: 'film.bin', ...size })
    const put = (range: string, body: Buffer): Promise<Answer> =>
      sendBytes({ method: 'PUT', url: urls.put, headers: { 'content-range': range }, body, sent })

    return {
      statusUrl: urls.status,
      async ask() {
        const answer = expectStatus(await put(`bytes */${file.length}`, Buffer.alloc(0)), 200, 308)
        return [{ start: 0, end: toldEnd(answer, file.length) }]
      },
      async resume(stored) {
        const from = stored[0]?.end ?? 0
        for (const { start, end } of randomPieces({ start: from, end: file.length }, random)) {
          const range = `bytes ${start}-${end - 1}/${file.length}`
          const answer = expectStatus(await put(range, file.subarray(start, end)), end < file.length ? 308 : 200)
          if (toldEnd(answer, file.length) !== end) throw new WrongAnswer(`${end} bytes were sent: ${answer.text}`)
          acknowledge({ start: 0, end })
        }
      },
    }
  },
}

function toldEnd({ status, headers }: Answer, sizeBytes: number): number {
  if (status === 200) return sizeBytes
  return headers['range'] === undefined ? 0 : Number(/^bytes=0-(\d+)$/.exec(headers['range'])?.[1]) + 1
}
