import type { Readable } from 'node:stream'
import { DomainError } from '../errors.ts'
import { PAGE_BYTES } from './page-memory.ts'

/** Where a pump's bytes go. `write` resolves when it wants more, and the buffers are the pump's again. */
export type PumpSink = Readonly<{
  write(buffers: readonly Uint8Array[]): Promise<void>
  /** Called after each write; `sync` steps happen in here. */
  wrote(totalBytes: number): Promise<void>
}>

export type PumpOptions = Readonly<{
  /** Where the bytes are gathered for a write; see gather-pool.ts. */
  buffers: Readonly<{ take(): Uint8Array; give(buffer: Uint8Array): void }>
  /** Where the body begins in its file: bytes are gathered as far behind a page's beginning as they are in the file. */
  startByte: number
  /** Bytes that trickle in are written after this long, however few they are. */
  gatherMs: number
  nowMs: () => number
  /** More bytes than this end the pump with the error that `overflow` makes. */
  limitBytes: number
  overflow: () => DomainError
  /** Aborting ends the pump with the abort's reason. */
  signal: AbortSignal
  /** Sees every chunk in order, before it is written (digests, live progress). */
  onChunk: (chunk: Uint8Array) => void
}>

/** How a body ended: all of it was written, or `error` says why not; `writtenBytes` were handed to the sink either way. */
export type PumpResult = Readonly<{ writtenBytes: number; error: unknown }>

/**
 * Moves a request body into a sink: small socket reads are gathered into large writes, one write is under way while the
 * next is gathered, and the socket is paused when that one is full too. Never rejects; everything that arrived before
 * the end, good or bad, has been written when it resolves. The body is not destroyed.
 */
export function pumpBody(body: Readable, sink: PumpSink, options: PumpOptions): Promise<PumpResult> {
  return new Promise((resolve) => new BodyPump(body, sink, options, resolve).start())
}

/** A buffer with what was gathered in it: the bytes [start, end). */
type Gathering = { buffer: Uint8Array; start: number; end: number }

class BodyPump {
  readonly #body: Readable
  readonly #sink: PumpSink
  readonly #options: PumpOptions
  readonly #resolve: (result: PumpResult) => void
  #filling: Gathering | undefined
  readonly #full: Gathering[] = []
  #isWriting = false
  #takenBytes = 0
  #gatheredBytes = 0
  #writtenBytes = 0
  #writtenAtMs: number
  #hasEnded = false
  #error: unknown
  #isSinkBroken = false

  constructor(body: Readable, sink: PumpSink, options: PumpOptions, resolve: (result: PumpResult) => void) {
    this.#body = body
    this.#sink = sink
    this.#options = options
    this.#resolve = resolve
    this.#writtenAtMs = options.nowMs()
  }

  start(): void {
    const body = this.#body
    const { signal } = this.#options
    if (signal.aborted) {
      this.#end(signal.reason)
      return
    }
    signal.addEventListener('abort', this.#onAbort, { once: true })
    body.on('data', this.#onData)
    body.on('end', this.#onEnd)
    body.on('error', this.#onError)
    body.on('close', this.#onClose)
    if (body.readableEnded) this.#end(undefined)
    else if (body.destroyed) this.#end(aborted(body.errored ?? undefined))
    else body.resume()
  }

  readonly #onData = (chunk: Uint8Array): void => {
    const { limitBytes, overflow, onChunk, nowMs, gatherMs } = this.#options
    if (this.#takenBytes + chunk.length > limitBytes) {
      this.#end(overflow())
      return
    }
    this.#takenBytes += chunk.length
    onChunk(chunk)
    this.#gather(chunk)
    if (this.#full.length === 0 && !this.#isWriting && nowMs() - this.#writtenAtMs >= gatherMs) this.#closeGathering()
    this.#writeNext()
    if (this.#full.length > 0) this.#body.pause()
  }

  #gather(chunk: Uint8Array): void {
    for (let taken = 0; taken < chunk.length; ) {
      this.#filling ??= this.#beginGathering()
      const { buffer, end } = this.#filling
      const part = chunk.subarray(taken, taken + buffer.length - end)
      buffer.set(part, end)
      this.#filling.end += part.length
      this.#gatheredBytes += part.length
      taken += part.length
      if (this.#filling.end === buffer.length) this.#closeGathering()
    }
  }

  #beginGathering(): Gathering {
    const { buffers, startByte } = this.#options
    const buffer = buffers.take()
    const inPage = (startByte + this.#gatheredBytes) % PAGE_BYTES
    const start = inPage < buffer.length ? inPage : 0
    return { buffer, start, end: start }
  }

  #closeGathering(): void {
    if (this.#filling === undefined) return
    this.#full.push(this.#filling)
    this.#filling = undefined
  }

  #writeNext(): void {
    if (this.#isWriting) return
    const next = this.#full.shift()
    if (next === undefined) return
    this.#isWriting = true
    this.#write(next).then(
      () => this.#afterWrite(),
      (error: unknown) => this.#afterBrokenWrite(error),
    )
  }

  async #write({ buffer, start, end }: Gathering): Promise<void> {
    this.#writtenAtMs = this.#options.nowMs()
    try {
      await this.#sink.write([buffer.subarray(start, end)])
    } finally {
      this.#options.buffers.give(buffer)
    }
    this.#writtenBytes += end - start
    await this.#sink.wrote(this.#writtenBytes)
  }

  #afterWrite(): void {
    this.#isWriting = false
    this.#writeNext()
    if (this.#hasEnded) this.#settle()
    else if (this.#full.length === 0 && this.#body.isPaused()) this.#body.resume()
  }

  #afterBrokenWrite(error: unknown): void {
    this.#isWriting = false
    this.#isSinkBroken = true
    if (this.#hasEnded) this.#error = error
    else this.#end(error)
    this.#settle()
  }

  readonly #onEnd = (): void => this.#end(undefined)
  readonly #onError = (error: unknown): void => this.#end(aborted(error))
  readonly #onClose = (): void => this.#end(aborted(undefined))
  readonly #onAbort = (): void => this.#end(this.#options.signal.reason)

  #end(error: unknown): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#error = error
    const body = this.#body
    body.off('data', this.#onData)
    body.off('end', this.#onEnd)
    body.off('error', this.#onError)
    body.off('close', this.#onClose)
    this.#options.signal.removeEventListener('abort', this.#onAbort)
    // A late error of a body nobody reads any more must not become an uncaught one.
    body.on('error', () => undefined)
    this.#closeGathering()
    this.#settle()
  }

  /** Resolves once everything that was gathered is written, or cannot be. */
  #settle(): void {
    if (this.#isWriting) return
    if (this.#isSinkBroken) for (const { buffer } of this.#full.splice(0)) this.#options.buffers.give(buffer)
    this.#writeNext()
    if (!this.#isWriting) this.#resolve({ writtenBytes: this.#writtenBytes, error: this.#error })
  }
}

function aborted(cause: unknown): DomainError {
  if (cause instanceof DomainError) return cause
  return new DomainError(
    'client_aborted',
    'The connection ended in the middle of the body; what had arrived is kept.',
    {
      cause,
    },
  )
}
