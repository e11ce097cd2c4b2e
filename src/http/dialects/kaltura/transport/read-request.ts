import type { FastifyRequest } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import { readForm } from '../../../multipart.ts'
import { announcedLength } from '../../../request-body.ts'
import type { Services } from '../../../services.ts'
import { IncomingFiles, MAX_HELD_BYTES } from './incoming-files.ts'
import { fromJson, merged, noParameters, type Parameters, setByName } from './parameters.ts'
import { urlParameters } from './request-url.ts'

/** A request as far as it has been read. */
export type Incoming = Readonly<{
  /** What is known by now; all of it once `isWhole()`. URL parameters win over the body's. */
  parameters(): Parameters
  isWhole(): boolean
  files: IncomingFiles
  /** Reads what is left, within limits, so that a client that is still sending gets to read its answer. */
  finish(): Promise<void>
}>

const MAX_TEXT_BYTES = 1024 * 1024
/** How much of a form, and how long, is still read after its answer is known. */
const REST_BYTES = 64 * 1024 * 1024
const REST_MS = 15_000

/**
 * Reads a request up to its first file, or to its end when it has none. Bodies: JSON, URL-encoded, multipart with
 * a field `json` that holds all parameters, multipart with a field for each. Throws invalid_argument, too_large.
 */
export async function readRequest(services: Services, request: FastifyRequest): Promise<Incoming> {
  const fromUrl = urlParameters(request.raw.url ?? '')
  const contentType = request.headers['content-type'] ?? ''
  if (/^\s*multipart\//i.test(contentType)) {
    const form = new FormRequest(services, request, fromUrl)
    await form.files.arrival()
    return form
  }
  const text = announcedLength(request) === 0 ? '' : await readText(request)
  const whole = merged(textParameters(contentType, text), fromUrl)
  return {
    parameters: () => whole,
    isWhole: () => true,
    files: IncomingFiles.none(),
    finish: async () => undefined,
  }
}

async function readText(request: FastifyRequest): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request.raw.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length
    if (bytes > MAX_TEXT_BYTES) throw new DomainError('too_large', 'The request body is too large.')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function textParameters(contentType: string, text: string): Parameters {
  if (/^\s*application\/json\b/i.test(contentType)) return jsonParameters(text) ?? noParameters()
  const parameters = noParameters()
  if (/^\s*application\/x-www-form-urlencoded\b/i.test(contentType)) {
    for (const [name, value] of new URLSearchParams(text)) setByName(parameters, name, value)
  }
  return parameters
}

/** What is no JSON object counts as no body at all, as with the vendor. */
function jsonParameters(text: string): Parameters | undefined {
  try {
    return fromJson(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** A multipart form on its way in. */
class FormRequest implements Incoming {
  readonly files: IncomingFiles
  readonly #fromUrl: Parameters
  readonly #fields = noParameters()
  #json: Parameters | undefined
  #isOver = false
  readonly #reading: Promise<void>
  readonly #enough = new AbortController()
  readonly #services: Services
  #bytes = 0
  #lastByte = Number.POSITIVE_INFINITY

  constructor(services: Services, request: FastifyRequest, fromUrl: Parameters) {
    this.#services = services
    this.#fromUrl = fromUrl
    this.files = new IncomingFiles((body) => services.uploads.hold(body, { limitBytes: MAX_HELD_BYTES }))
    this.#reading = readForm(request.raw, {
      contentType: request.headers['content-type'],
      clock: services.clock,
      limits: { fields: 2_000, fieldBytes: MAX_TEXT_BYTES, allFieldsBytes: MAX_TEXT_BYTES },
      fileFields: ['fileData'],
      signal: this.#enough.signal,
      onField: (name, value) => this.#takeField(name, value),
      onFile: (file) => this.files.announce(file),
      onBytes: (count) => {
        this.#bytes += count
        if (this.#bytes > this.#lastByte) this.#stop()
      },
    }).then(
      () => this.#end(undefined),
      (error: unknown) => this.#end(error),
    )
  }

  parameters(): Parameters {
    return merged(this.#json ?? this.#fields, this.#fromUrl)
  }

  isWhole(): boolean {
    return this.#isOver || this.#json !== undefined
  }

  async finish(): Promise<void> {
    this.files.letGo()
    this.#lastByte = this.#bytes + REST_BYTES
    const cancel = this.#services.clock.after(REST_MS, () => this.#stop())
    await this.#reading
    cancel()
    await this.files.discard()
  }

  #stop(): void {
    this.#enough.abort(new DomainError('too_large', 'The rest of the form is not of interest.'))
  }

  #takeField(name: string, value: string): void {
    if (name === 'json') this.#json = jsonParameters(value)
    else setByName(this.#fields, name, value)
  }

  #end(error: unknown): void {
    this.#isOver = true
    this.files.end(error)
  }
}
