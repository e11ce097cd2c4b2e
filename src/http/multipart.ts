import { Readable } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { DomainError } from '../core/errors.ts'
import type { Clock } from '../core/ports/clock.ts'
import { clientFileName } from './file-name.ts'

/** Bounds on what a form may hold in memory: counts and bytes. The files themselves have none here. */
export type FormLimits = Readonly<{
  fields: number
  /** Of one text field. */
  fieldBytes: number
  /** Of all text fields together, names included. */
  allFieldsBytes: number
  files: number
  /** Of one part's header block; what is longer makes the part unreadable. */
  headerBytes: number
}>

const FORM_LIMITS: FormLimits = {
  fields: 200,
  fieldBytes: 64 * 1024,
  allFieldsBytes: 256 * 1024,
  files: 20,
  headerBytes: 16 * 1024,
}

/** A file of a form, announced with its first byte (or at its end, when it has none). */
export type FormFile = Readonly<{
  /** Of the form field. */
  name: string
  /** As `clientFileName` makes it; empty when the client named none. */
  fileName: string
  contentType: string
  isEmpty: boolean
  /**
   * The file's bytes; must be read or resumed, since the rest of the form comes after them. Ends only once the whole
   * form was read and found well formed: who completes something at the end of `body` never does so for a form that
   * broke later. Fails with the reason otherwise.
   */
  body: Readable
}>

export type ReadFormOptions = Readonly<{
  /** The request's Content-Type. When it declares no boundary, the first line of the body is taken for one. */
  contentType: string | undefined
  /** Ends the reading when no byte comes for `idleTimeoutMs`. */
  clock: Clock
  idleTimeoutMs?: number
  limits?: Partial<FormLimits>
  /** Aborting ends the reading with the abort's reason, a DomainError. */
  signal?: AbortSignal
  /** Fields whose content is a file even where the client sends neither a file name nor a binary type. */
  fileFields?: readonly string[]
  /** Repeated names come repeatedly, in the order of the body; parts without a name are skipped. */
  onField: (name: string, value: string) => void
  /** Without it all files are read past. */
  onFile?: (file: FormFile) => void
  /** Told how many bytes of the body have just arrived. */
  onBytes?: (count: number) => void
}>

const DEFAULT_IDLE_TIMEOUT_MS = 60_000

/**
 * Reads a multipart form as it streams in, to the end of `source`, holding no more than a few hundred KiB of it.
 * Rejects with invalid_argument (not a form, cut off, malformed), too_large (a limit), client_aborted,
 * client_too_slow, or the signal's reason; `source` may then still hold bytes, for the caller to drain. It is never
 * destroyed here.
 */
export function readForm(source: Readable, options: ReadFormOptions): Promise<void> {
  return new Promise((resolve, reject) => new FormReader(source, options, resolve, reject).start())
}

class FormReader {
  readonly #source: Readable
  readonly #options: ReadFormOptions
  readonly #limits: FormLimits
  readonly #resolve: () => void
  readonly #reject: (error: unknown) => void
  readonly #bodies: FileBody[] = []
  #parser: BusboyInstance | undefined
  /** The beginning of the body, while its boundary is still to be found. */
  #opening: Buffer = Buffer.alloc(0)
  #fieldsBytes = 0
  #isOver = false
  #lastByteAtMs: number
  #cancelIdleCheck: () => void = () => undefined

  constructor(source: Readable, options: ReadFormOptions, resolve: () => void, reject: (error: unknown) => void) {
    this.#source = source
    this.#options = options
    this.#limits = { ...FORM_LIMITS, ...options.limits }
    this.#resolve = resolve
    this.#reject = reject
    this.#lastByteAtMs = options.clock.now()
  }

  start(): void {
    const { contentType, signal } = this.#options
    const boundary = declaredBoundary(contentType)
    if (boundary !== undefined) this.#openParser(boundary)
    if (signal?.aborted) {
      this.#fail(signal.reason)
      return
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    this.#source.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onBreak).on('close', this.#onBreak)
    this.#watchForIdling()
    if (this.#source.readableEnded) this.#onEnd()
    else if (this.#source.destroyed) this.#onBreak()
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#lastByteAtMs = this.#options.clock.now()
    this.#options.onBytes?.(chunk.length)
    if (this.#parser !== undefined) this.#write(chunk)
    else this.#seekBoundary(chunk)
  }

  #write(chunk: Buffer): void {
    const wantsMore = this.#guarded(() => this.#parser?.write(chunk))
    if (wantsMore !== false || this.#isOver) return
    this.#source.pause()
    this.#parser?.once('drain', () => {
      if (this.#isOver) return
      this.#lastByteAtMs = this.#options.clock.now()
      this.#source.resume()
    })
  }

  /** Some clients declare another type than they send: the first line of a form is its boundary all the same. */
  #seekBoundary(chunk: Buffer): void {
    this.#opening = Buffer.concat([this.#opening, chunk])
    const verdict = openingBoundary(this.#opening)
    if (verdict === 'none') this.#fail(notAForm())
    if (verdict === 'none' || verdict === 'incomplete') return
    this.#openParser(verdict.boundary)
    this.#write(this.#opening)
    this.#opening = Buffer.alloc(0)
  }

  readonly #onEnd = (): void => {
    // What follows the parser's end is `finish`, or `error` when the closing delimiter never came.
    if (this.#parser === undefined) this.#fail(notAForm())
    else this.#guarded(() => this.#parser?.end())
  }

  readonly #onBreak = (cause?: unknown): void => {
    if (this.#source.readableEnded) return
    this.#fail(new DomainError('client_aborted', 'The connection ended in the middle of the form.', { cause }))
  }

  readonly #onAbort = (): void => this.#fail(this.#options.signal?.reason)

  #openParser(boundary: string): void {
    const limits = this.#limits
    const fileFields = new Set<string | undefined>(this.#options.fileFields)
    const parser = new Busboy({
      headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` },
      isPartAFile: (name, contentType, fileName) =>
        fileName !== undefined || contentType === 'application/octet-stream' || fileFields.has(name),
      limits: {
        fields: limits.fields,
        fieldSize: limits.fieldBytes,
        files: limits.files,
        headerSize: limits.headerBytes,
        // Parts that are neither (no name, no disposition) count here only.
        parts: limits.fields + limits.files,
      },
    })
    parser.on('field', (name: string | undefined, value, _nameTruncated, isTruncated) => {
      if (isTruncated) this.#fail(tooLarge(`A field has more than ${limits.fieldBytes} bytes.`))
      else if (name !== undefined) this.#takeField(name, value)
    })
    parser.on('file', (name: string | undefined, part, fileName: string | undefined, _encoding, contentType) => {
      this.#takeFile(part, { name: name ?? '', fileName: clientFileName(fileName ?? ''), contentType })
    })
    parser.on('fieldsLimit', () => this.#fail(tooLarge(`The form has more than ${limits.fields} fields.`)))
    parser.on('filesLimit', () => this.#fail(tooLarge(`The form has more than ${limits.files} files.`)))
    parser.on('partsLimit', () => this.#fail(tooLarge('The form has too many parts.')))
    parser.on('error', (cause: unknown) => this.#fail(malformed(cause)))
    parser.on('finish', () => this.#finish())
    this.#parser = parser
  }

  #takeField(name: string, value: string): void {
    if (this.#isOver) return
    this.#fieldsBytes += Buffer.byteLength(name) + Buffer.byteLength(value)
    const { allFieldsBytes } = this.#limits
    if (this.#fieldsBytes <= allFieldsBytes) this.#guarded(() => this.#options.onField(name, value))
    else this.#fail(tooLarge(`The fields have more than ${allFieldsBytes} bytes together.`))
  }

  #takeFile(part: Readable, facts: Readonly<{ name: string; fileName: string; contentType: string }>): void {
    // A part that breaks off fails the whole form, by the parser's own error.
    part.on('error', () => undefined)
    const { onFile } = this.#options
    if (onFile === undefined || this.#isOver) {
      part.resume()
      return
    }
    let body: FileBody | undefined
    const announce = (isEmpty: boolean): FileBody => {
      const announced = new FileBody(part)
      this.#bodies.push(announced)
      this.#guarded(() => onFile({ ...facts, isEmpty, body: announced }))
      return announced
    }
    part.on('data', (chunk: Buffer) => {
      if (this.#isOver) return
      body ??= announce(false)
      body.pass(chunk)
    })
    part.on('end', () => {
      if (!this.#isOver) body ??= announce(true)
    })
  }

  /** Runs the parser or a listener of the caller's; what it throws ends the form instead of the process. */
  #guarded<T>(run: () => T): T | undefined {
    try {
      return run()
    } catch (error) {
      this.#fail(error)
      return undefined
    }
  }

  #finish(): void {
    if (this.#isOver) return
    this.#leave()
    for (const body of this.#bodies) body.push(null)
    this.#resolve()
  }

  #fail(reason: unknown): void {
    if (this.#isOver) return
    this.#leave()
    const error = reason instanceof Error ? reason : new Error('the form was given up', { cause: reason })
    for (const body of this.#bodies) body.destroy(error)
    this.#reject(error)
  }

  #leave(): void {
    this.#isOver = true
    this.#cancelIdleCheck()
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    this.#source
      .off('data', this.#onData)
      .off('end', this.#onEnd)
      .off('error', this.#onBreak)
      .off('close', this.#onBreak)
    // A late error of a body nobody reads any more must not become an uncaught one.
    this.#source.on('error', () => undefined)
  }

  #watchForIdling(): void {
    const { clock, idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS } = this.#options
    const check = (): void => {
      // While the source is paused it is our storage that is slow, not the client.
      const idleMs = this.#source.isPaused() ? 0 : clock.now() - this.#lastByteAtMs
      if (idleMs >= idleTimeoutMs) {
        const seconds = Math.round(idleTimeoutMs / 1000)
        this.#fail(new DomainError('client_too_slow', `Nothing of the form arrived for ${seconds} seconds.`))
      } else this.#cancelIdleCheck = clock.after(idleTimeoutMs - idleMs, check)
    }
    this.#cancelIdleCheck = clock.after(idleTimeoutMs, check)
  }
}

/** Passes a part's bytes on with its back-pressure; the end is for the form's reader to give. */
class FileBody extends Readable {
  readonly #part: Readable

  constructor(part: Readable) {
    super()
    this.#part = part
    this.on('error', () => undefined)
  }

  pass(chunk: Buffer): void {
    if (!this.destroyed && !this.push(chunk)) this.#part.pause()
  }

  override _read(): void {
    this.#part.resume()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#part.resume()
    callback(error)
  }
}

const BOUNDARY = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,200}$/

function declaredBoundary(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !/^\s*multipart\//i.test(contentType)) return undefined
  const match = /;\s*boundary=(?:"([^"]*)"|([^;"]+))/i.exec(contentType)
  const boundary = match?.[1] ?? match?.[2]?.trim()
  return boundary !== undefined && BOUNDARY.test(boundary) ? boundary : undefined
}

const LONGEST_OPENING = 256

function openingBoundary(opening: Buffer): Readonly<{ boundary: string }> | 'incomplete' | 'none' {
  const text = opening.toString('latin1', 0, LONGEST_OPENING).replace(/^(?:\r\n)+/, '')
  if (text.length >= 2 && !text.startsWith('--')) return 'none'
  const lineEnd = text.indexOf('\r\n')
  if (lineEnd < 0) return opening.length < LONGEST_OPENING ? 'incomplete' : 'none'
  const boundary = text.slice(2, lineEnd).trimEnd()
  return BOUNDARY.test(boundary) ? { boundary } : 'none'
}

function notAForm(): DomainError {
  return new DomainError('invalid_argument', 'The request body is not a multipart form.')
}

function malformed(cause: unknown): DomainError {
  return new DomainError('invalid_argument', 'The multipart form is cut off or malformed.', { cause })
}

function tooLarge(message: string): DomainError {
  return new DomainError('too_large', message)
}
