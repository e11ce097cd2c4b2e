import { once } from 'node:events'
import { type IncomingHttpHeaders, request } from 'node:http'
import { WrongAnswer } from './killable-upload.ts'

const SLICE_BYTES = 128 * 1024

export type Answer = Readonly<{ status: number; headers: IncomingHttpHeaders; text: string }>

type Message = Readonly<{
  method: string
  url: string
  headers?: Readonly<Record<string, string>>
  body?: Buffer
  sent?: (bytes: number) => void
  /** Called with the headers of every interim response. */
  informed?: (headers: IncomingHttpHeaders) => void
}>

/** One request on a connection of its own, its body in slices; rejects when the connection breaks before the answer's end. */
export async function sendBytes({ method, url, headers, body, sent, informed }: Message): Promise<Answer> {
  const length = body === undefined ? {} : { 'content-length': String(body.length) }
  const message = request(url, { method, agent: false, headers: { ...headers, ...length } })
  const answered = new Promise<Answer>((resolve, reject) => {
    message.on('error', reject)
    message.on('close', () => reject(new Error('the connection closed without an answer')))
    message.on('information', ({ headers: interim }) => informed?.(interim))
    message.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
  })
  // Its failure is the caller's to see below, also when it comes while a slice waits to be taken.
  answered.catch(() => undefined)
  for (let at = 0; body !== undefined && at < body.length; at += SLICE_BYTES) {
    const slice = body.subarray(at, at + SLICE_BYTES)
    if (!message.write(slice)) await Promise.race([once(message, 'drain').catch(() => undefined), answered])
    sent?.(slice.length)
  }
  message.end()
  return answered
}

/** The answer if it has one of these statuses; throws WrongAnswer otherwise. */
export function expectStatus(answer: Answer, ...statuses: readonly number[]): Answer {
  if (statuses.includes(answer.status)) return answer
  throw new WrongAnswer(`expected ${statuses.join(' or ')}, got ${answer.status}: ${answer.text.slice(0, 500)}`)
}

/** A header that has to be a whole number. */
export function numberHeader({ headers }: Pick<Answer, 'headers'>, name: string): number {
  const text = String(headers[name])
  if (!/^\d+$/.test(text)) throw new WrongAnswer(`${name} is ${text}`)
  return Number(text)
}
