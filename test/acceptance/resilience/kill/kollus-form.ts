import { KEYS } from '../../support/start-server.ts'
import type { Journey, KillableUpload, Transport } from './killable-upload.ts'
import { expectStatus, sendBytes } from './send-bytes.ts'

const BOUNDARY = '----a-boundary-of-the-soak-test'
const HEAD = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="upload-file"; filename="film.bin"\r\n\r\n`
const TAIL = `\r\n--${BOUNDARY}--\r\n`

/** A Kollus form, which knows no resuming: the whole file once more, until the session has been used. */
export const KOLLUS_FORM: Transport = {
  name: 'Kollus form, retried whole',
  async begin(journey: Journey): Promise<KillableUpload> {
    const { serverUrl, file, acknowledge, sent } = journey
    const created = await fetch(
      `${serverUrl}/api/upload/create-url?access_token=${KEYS.kollus.accessToken}&expire_time=3600`,
      { method: 'POST' },
    )
    if (!created.ok) throw new Error(`create-url: ${created.status} ${await created.text()}`)
    const { data } = (await created.json()) as { data: { upload_url: string } }
    const body = Buffer.concat([Buffer.from(HEAD), file, Buffer.from(TAIL)])
    let wasKilledAfterSending = false
    let isComplete = false

    return {
      statusUrl: undefined,
      ask: async () => (isComplete ? [{ start: 0, end: file.length }] : []),
      async resume() {
        if (isComplete) return
        const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, accept: 'application/json' }
        let sentBytes = 0
        const answer = await sendBytes({
          method: 'POST',
          url: data.upload_url,
          headers,
          body,
          sent: (bytes) => {
            sentBytes += bytes
            sent(bytes)
            if (sentBytes === body.length) wasKilledAfterSending = true
          },
        }).then((answered) => {
          // Only an answer that was lost on the way may have used up the session.
          if (answered.status !== 200 && wasKilledAfterSending) expectStatus(answered, 404)
          else expectStatus(answered, 200)
          return answered
        })
        isComplete = true
        if (answer.status === 200) acknowledge({ start: 0, end: file.length })
      },
    }
  },
}
