import http, { type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { DomainError } from '../core/errors.ts'
import type { RemoteFile, RemoteFiles } from '../core/ports/remote-file.ts'
import {
  credentialsOf,
  hostOf,
  OpenAddresses,
  type OpenAddressesOptions,
  parseHttpUrl,
  pinnedTo,
  type ResolvedAddress,
  untilAborted,
} from './open-addresses.ts'
import { type RemoteFacts, type Resume, readAnswer, resumeHeaders } from './remote-answer.ts'

export type HttpRemoteFilesOptions = OpenAddressesOptions &
  Readonly<{
    /** From the question to the last header of the answer, redirects and look-ups included. */
    answerTimeoutMs?: number
  }>

type OpenOptions = Parameters<RemoteFiles['open']>[1]

const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const ANSWER_TIMEOUT_MS = 30_000

/** Files by http and https. Connections are made to addresses that were looked at, and only to those. */
export class HttpRemoteFiles implements RemoteFiles {
  readonly #addresses: OpenAddresses
  readonly #answerTimeoutMs: number

  constructor(options: HttpRemoteFilesOptions) {
    this.#addresses = new OpenAddresses(options)
    this.#answerTimeoutMs = options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS
  }

  assertAddress(url: string): void {
    if (!this.#addresses.mayBeOpen(parseAddress(url))) throw unusable()
  }

  async open(url: string, { resume, signal }: OpenOptions): Promise<RemoteFile> {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), this.#answerTimeoutMs)
    try {
      const ended = AbortSignal.any([signal, deadline.signal])
      const first = await this.#ask(url, resume, ended)
      const answer = first ?? (await this.#ask(url, undefined, ended))
      if (answer === undefined) throw new Error('an answer to a question for the whole file is always read')
      return endingWith(answer, signal)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw error instanceof DomainError ? error : unreachable(error)
    } finally {
      clearTimeout(timer)
    }
  }

  /** One file, after all redirects; undefined when it has to be asked for from its beginning. */
  async #ask(url: string, resume: Resume | undefined, signal: AbortSignal): Promise<Answer | undefined> {
    let target = parseAddress(url)
    let authorization = credentialsOf(target)
    for (let redirects = 0; ; redirects++) {
      const headers = { ...(resume && resumeHeaders(resume)), ...(authorization && { authorization }) }
      const message = await this.#send(target, headers, signal)
      const { statusCode = 0, headers: answered } = message
      // What is not read must not hold its connection.
      const dropUnlessTaken = { taken: false, [Symbol.dispose]: () => dropUnlessTaken.taken || message.destroy() }
      using _message = dropUnlessTaken
      if (!REDIRECTS.has(statusCode) || answered.location === undefined) {
        const facts = readAnswer(statusCode, answered, resume)
        if (facts === undefined) return undefined
        dropUnlessTaken.taken = true
        return { facts, message }
      }
      if (redirects === MAX_REDIRECTS) {
        throw new DomainError('invalid_argument', `The address redirects more than ${MAX_REDIRECTS} times.`)
      }
      const next = parseAddress(answered.location, target)
      // A password is for the server it was given for.
      authorization = credentialsOf(next) ?? (next.origin === target.origin ? authorization : undefined)
      target = next
    }
  }

  async #send(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<IncomingMessage> {
    const addresses = await untilAborted(this.#addressesOf(url), signal)
    const isSecure = url.protocol === 'https:'
    const options: RequestOptions = {
      host: hostOf(url),
      port: url.port,
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Reeldock', ...headers },
      // The connection goes to what was looked at, whatever the name means a moment later.
      lookup: pinnedTo(addresses),
      // No pool: another question's connection may have been made under other rules. No proxy either.
      agent: isSecure ? new https.Agent({ keepAlive: false }) : new http.Agent({ keepAlive: false }),
      signal,
    }
    return new Promise((resolve, reject) => {
      const request = isSecure ? https.request(options) : http.request(options)
      request.on('response', resolve)
      // After the answer has come, its body tells of errors.
      request.on('error', reject)
      request.end()
    })
  }

  /** Every address of the host; all of them are permitted, or none is given. */
  async #addressesOf(url: URL): Promise<readonly ResolvedAddress[]> {
    const found = await this.#addresses.of(url)
    if (found.length === 0) throw unreachable(undefined)
    return found
  }
}

type Answer = Readonly<{ facts: RemoteFacts; message: IncomingMessage }>

/** The body ends with the signal's reason. Before the answer, the request's own signal did that. */
function endingWith({ facts, message }: Answer, signal: AbortSignal): RemoteFile {
  const abort = (): void => {
    message.destroy(signal.reason)
  }
  signal.addEventListener('abort', abort, { once: true })
  // The body may break off before anybody reads it; who reads it is told all the same.
  message.on('error', () => undefined)
  message.on('close', () => signal.removeEventListener('abort', abort))
  if (signal.aborted) abort()
  return { ...facts, body: message }
}

/** An http(s) address. Throws invalid_argument, without a word of the address. */
function parseAddress(text: string, base?: URL): URL {
  const url = parseHttpUrl(text, base)
  if (url === undefined) throw unusable()
  return url
}

function unusable(): DomainError {
  return new DomainError('invalid_argument', 'Files cannot be pulled from this address.', {
    details: { reason: 'address_not_usable' },
  })
}

/** One answer for a closed address and for one that leads nowhere: who asks learns nothing about the network here. */
function unreachable(cause: unknown): DomainError {
  return new DomainError('unavailable', 'No file could be reached at this address.', {
    cause,
    details: { reason: 'address_unreachable' },
  })
}
