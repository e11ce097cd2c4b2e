import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { DomainError } from '../core/errors.ts'
import type { ReceivedAnswer, RequestSender, SendLimits } from '../core/ports/request-sender.ts'
import type { RenderedRequest } from '../core/webhooks/delivery.ts'
import {
  credentialsOf,
  hostOf,
  OpenAddresses,
  type OpenAddressesOptions,
  parseHttpUrl,
  pinnedTo,
  untilAborted,
} from './open-addresses.ts'

type Reason =
  | 'address_unreachable'
  | 'timeout_connect'
  | 'timeout_response'
  | 'connection_refused'
  | 'connection_broken'
  | 'tls_failed'
  | 'not_http'

const MESSAGES: Readonly<Record<Reason, string>> = {
  address_unreachable: 'The address of the receiver leads nowhere.',
  timeout_connect: 'The receiver took no connection in time.',
  timeout_response: 'The receiver did not answer in time.',
  connection_refused: 'The receiver refused the connection.',
  connection_broken: 'The receiver broke the connection off before it answered.',
  tls_failed: 'No secure connection to the receiver could be made.',
  not_http: 'What the receiver sent is no HTTP answer.',
}

/** Requests by http and https, one connection each. */
export class HttpRequestSender implements RequestSender {
  readonly #addresses: OpenAddresses

  constructor(options: OpenAddressesOptions) {
    this.#addresses = new OpenAddresses(options)
  }

  assertAddress(url: string): void {
    const parsed = parseHttpUrl(url)
    if (parsed !== undefined && this.#addresses.mayBeOpen(parsed)) return
    throw new DomainError('invalid_argument', 'Nothing can be sent to this address.', {
      details: { reason: 'address_not_usable' },
    })
  }

  async send(request: RenderedRequest, limits: SendLimits): Promise<ReceivedAnswer> {
    const deadline = new Deadline(limits.connectTimeoutMs)
    try {
      return await this.#exchange(request, limits, deadline)
    } catch (error) {
      if (limits.signal.aborted) throw limits.signal.reason
      throw failure(deadline.passed ?? reasonOf(error), error)
    } finally {
      deadline.end()
    }
  }

  async #exchange(request: RenderedRequest, limits: SendLimits, deadline: Deadline): Promise<ReceivedAnswer> {
    const signal = AbortSignal.any([limits.signal, deadline.signal])
    const url = parseHttpUrl(request.url)
    if (url === undefined) throw failure('address_unreachable', undefined)
    const addresses = await untilAborted(this.#addresses.of(url), signal).catch((error: unknown) => {
      signal.throwIfAborted()
      throw failure('address_unreachable', error)
    })
    if (addresses.length === 0) throw failure('address_unreachable', undefined)
    const isSecure = url.protocol === 'https:'
    const options: RequestOptions = {
      method: request.method,
      host: hostOf(url),
      port: url.port,
      path: `${url.pathname}${url.search}`,
      headers: headersFor(request, url),
      lookup: pinnedTo(addresses),
      // No pool: another request's connection may have been made under other rules. No proxy either.
      agent: isSecure ? new https.Agent({ keepAlive: false }) : new http.Agent({ keepAlive: false }),
      signal,
    }
    const outgoing = isSecure ? https.request(options) : http.request(options)
    outgoing.on('socket', (socket) => {
      socket.once(isSecure ? 'secureConnect' : 'connect', () => deadline.restart(limits.responseTimeoutMs))
    })
    const answer = await answerOf(outgoing, request.body)
    return readAnswer(answer, limits)
  }
}

/** First for the connection, then for the answer. */
class Deadline {
  readonly #abort = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #passed: Reason | undefined

  constructor(connectTimeoutMs: number) {
    this.#arm('timeout_connect', connectTimeoutMs)
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** What was waited for in vain. */
  get passed(): Reason | undefined {
    return this.#passed
  }

  restart(responseTimeoutMs: number): void {
    this.#arm('timeout_response', responseTimeoutMs)
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(reason: Reason, timeoutMs: number): void {
    clearTimeout(this.#timer)
    const timer = setTimeout(() => {
      // A process that was held up looks at its sockets first: what came in time counts.
      setImmediate(() => {
        if (this.#timer !== timer) return
        this.#passed = reason
        this.#abort.abort(new Error(reason))
      })
    }, timeoutMs)
    this.#timer = timer
  }
}

function headersFor({ headers, body, method }: RenderedRequest, url: URL): Record<string, string> {
  const authorization = credentialsOf(url)
  const hasBody = body !== '' || method === 'POST' || method === 'PUT'
  return {
    accept: '*/*',
    'user-agent': 'Reeldock',
    ...(authorization !== undefined && { authorization }),
    ...headers,
    host: url.host,
    ...(hasBody && { 'content-length': String(Buffer.byteLength(body)) }),
  }
}

function answerOf(outgoing: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.on('response', resolve)
    // After the answer has come, its body tells of errors.
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** The answer is known by now: a body that breaks off or does not end changes nothing. */
async function readAnswer(message: IncomingMessage, { maxAnswerBytes }: SendLimits): Promise<ReceivedAnswer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      sizeBytes += chunk.length
      if (sizeBytes >= maxAnswerBytes) break
    }
  } catch {
    // Too late to matter, see above.
  } finally {
    message.destroy()
  }
  const text = Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8')
  // A null character is text that PostgreSQL does not store.
  return {
    status: message.statusCode ?? 0,
    retryAfter: message.headers['retry-after'],
    text: text.replaceAll('\0', '\uFFFD'),
  }
}

const TLS_ERRORS = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH)/

function reasonOf(error: unknown): Reason {
  if (error instanceof DomainError) return error.details['reason'] as Reason
  const code = (error as { code?: unknown } | undefined)?.code
  if (typeof code !== 'string') return 'connection_broken'
  if (code === 'ECONNREFUSED') return 'connection_refused'
  if (['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EINVAL'].includes(code)) return 'address_unreachable'
  if (code === 'ETIMEDOUT') return 'timeout_connect'
  if (code.startsWith('HPE_')) return 'not_http'
  return TLS_ERRORS.test(code) ? 'tls_failed' : 'connection_broken'
}

/** A closed address is told like one that leads nowhere: who gave it learns nothing about the network here. */
function failure(reason: Reason, cause: unknown): DomainError {
  return new DomainError('unavailable', MESSAGES[reason], { cause, details: { reason } })
}
