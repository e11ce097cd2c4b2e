import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

/** An answer, read to its end. */
export type Answer = Readonly<{
  status: number
  headers: Readonly<Record<string, string | undefined>>
  body: string
}>

/** One request's bytes as a client put them on the wire. A body without a length goes out in chunks. */
export type Sent = Readonly<{
  method?: string
  headers?: Readonly<Record<string, string>>
  body?: string | Buffer
  /** `none` sends the body chunked, as clients do that stream. */
  length?: 'declared' | 'none'
}>

/** Sends one request over a connection of its own and reads the answer, also one that comes before the body's end. */
export async function exchange(url: string, sent: Sent = {}): Promise<Answer> {
  const body = Buffer.from(sent.body ?? '')
  const headers: Record<string, string> = { ...sent.headers }
  if (sent.length !== 'none') headers['content-length'] = String(body.length)
  const client = open(url, { ...sent, headers })
  client.request.end(body)
  return client.answer
}

/** A request whose body the test writes itself. */
export type OpenExchange = Readonly<{ request: ClientRequest; answer: Promise<Answer> }>

export function open(url: string, sent: Sent): OpenExchange {
  const client = request(url, { method: sent.method ?? 'POST', headers: sent.headers, agent: false })
  const answer = new Promise<Answer>((resolve, reject) => {
    client.on('response', (response) => void read(response).then(resolve, reject))
    client.on('error', reject)
  })
  // A test that breaks its connection does not look at the answer.
  answer.catch(() => undefined)
  return { request: client, answer }
}

async function read(response: IncomingMessage): Promise<Answer> {
  const headers = response.headers as Record<string, string | undefined>
  return { status: response.statusCode ?? 0, headers, body: await text(response) }
}
