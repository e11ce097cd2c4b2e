import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { UploadStatus } from '../../../src/http/api/uploads/upload-schema.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type ApiApp, someBytes, startApiApp } from './api-app.ts'

const SIZE = 1_000
const DAY_MS = 24 * 3_600_000
const bytes = someBytes(SIZE)

let clock: ManualClock
let app: ApiApp
beforeEach(async () => {
  clock = new ManualClock()
  // The clock of these tests runs ahead of the bytes: nothing else shall happen because time passes.
  app = await startApiApp({ clock, limits: { syncStepMs: DAY_MS, idleTimeoutMs: DAY_MS, slowWindowMs: DAY_MS } })
})
afterEach(() => app.close())

type ServerSentEvent = Readonly<{ event: string; id: string | undefined; data: unknown }>

/** A stream as a browser reads it. */
class EventReader {
  readonly response: IncomingMessage
  #text = ''
  #comments = 0
  readonly #events: ServerSentEvent[] = []
  isEnded = false
  #wake = (): void => undefined

  private constructor(response: IncomingMessage) {
    this.response = response
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      this.#text += text
      const blocks = this.#text.split('\n\n')
      this.#text = blocks.pop() ?? ''
      for (const block of blocks) this.#read(block)
      this.#wake()
    })
    response.on('error', () => undefined)
    response.on('close', () => {
      this.isEnded = true
      this.#wake()
    })
  }

  static async open(url: string): Promise<EventReader> {
    const [response] = (await once(get(url), 'response')) as [IncomingMessage]
    return new EventReader(response)
  }

  /** The next event; time passes on the server until there is one. */
  async next(): Promise<ServerSentEvent | undefined> {
    for (;;) {
      const event = this.#events.shift()
      if (event !== undefined || this.isEnded) return event
      await this.#passTime()
    }
  }

  /** The next status for which `isMet` holds. */
  async status(isMet: (status: UploadStatus) => boolean): Promise<UploadStatus> {
    for (;;) {
      const event = await this.next()
      if (event === undefined) throw new Error('the stream ended before')
      const status = event.data as UploadStatus
      if (event.event === 'status' && isMet(status)) return status
    }
  }

  async ended(): Promise<void> {
    while (!this.isEnded) await this.#passTime()
  }

  /** Waits, without an event, for a comment. */
  async comment(): Promise<void> {
    for (const before = this.#comments; this.#comments === before; ) await this.#passTime()
  }

  async #passTime(): Promise<void> {
    await clock.advance(250)
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      setTimeout(resolve, 5)
    })
  }

  #read(block: string): void {
    if (block.startsWith(':')) {
      this.#comments += 1
      return
    }
    const field = (name: string): string | undefined =>
      block
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2)
    this.#events.push({ event: field('event') ?? '', id: field('id'), data: JSON.parse(field('data') ?? 'null') })
  }
}

describe('the stream of an upload', () => {
  it('tells the status at once, then each change, then that it is over', async () => {
    const issued = await app.issue({ sizeBytes: SIZE })
    const reader = await EventReader.open(issued.urls.events)
    expect(reader.response.statusCode).toBe(200)
    expect(reader.response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(reader.response.headers['cache-control']).toBe('no-store')
    expect((await reader.next())?.data).toEqual(await app.status(issued))

    const part = { body: bytes.subarray(0, 400), headers: { 'content-range': `bytes 0-399/${SIZE}` } }
    await app.call('PUT', issued.urls.put, part)
    expect(await reader.status(({ receivedBytes }) => receivedBytes > 0)).toMatchObject({
      state: 'receiving',
      receivedBytes: 400,
    })
    await app.call('PUT', issued.urls.put, {
      body: bytes.subarray(400),
      headers: { 'content-range': `bytes 400-999/${SIZE}` },
    })
    expect(await reader.status(({ state }) => state === 'consumed')).toMatchObject({ asset: { state: 'processing' } })
    // It follows the asset, too: this one will never be ready.
    await app.call('DELETE', `/v1/assets/${issued.asset.id}`, { key: app.keys.apiKey })
    expect(await reader.status(({ asset }) => asset === null)).toMatchObject({ state: 'consumed' })
    expect(await reader.next()).toEqual({ event: 'end', id: 'end', data: {} })
    await reader.ended()
  })

  it('shows bytes that are on their way and not stored yet', async () => {
    const issued = await app.issue({ sizeBytes: SIZE })
    const reader = await EventReader.open(issued.urls.events)
    const body = new TransformStream<Uint8Array, Uint8Array>()
    const writer = body.writable.getWriter()
    const sent = fetch(issued.urls.put, { method: 'PUT', body: body.readable, duplex: 'half' } as RequestInit)
    await writer.write(bytes.subarray(0, 300))
    expect(await reader.status(({ sentBytes }) => sentBytes === 300)).toMatchObject({ receivedBytes: 0 })
    await writer.write(bytes.subarray(300))
    await writer.close()
    expect((await sent).status).toBe(200)
    reader.response.destroy()
  })

  it('ends at once for an upload that is over', async () => {
    const issued = await app.issue()
    await app.call('DELETE', `/v1/uploads/${issued.id}`, { key: app.keys.apiKey })
    const answer = await app.call('GET', `/v1/uploads/${issued.id}/events`, { key: app.keys.apiKey })
    expect(answer.text).toMatch(
      /^event: status\ndata: \{.*"state":"deleted".*\}\n\nevent: end\nid: end\ndata: \{\}\n\n$/,
    )
  })

  it('tells that the token expired', async () => {
    const issued = await app.issue({ expiresInSeconds: 10 })
    const reader = await EventReader.open(issued.urls.events)
    expect(await reader.status(({ state }) => state === 'expired')).toMatchObject({ receivedBytes: 0 })
    expect(await reader.next()).toMatchObject({ event: 'end' })
  })

  it('stops a browser that reconnects after the end', async () => {
    const { urls } = await app.issue()
    const answer = await app.call('GET', urls.events, { headers: { 'last-event-id': 'end' } })
    expect(answer.status).toBe(204)
  })

  it('gives a sign of life while nothing changes, and no event', async () => {
    const { urls } = await app.issue()
    const reader = await EventReader.open(urls.events)
    await reader.next()
    const before = clock.now()
    await reader.comment()
    expect(clock.now() - before).toBeGreaterThanOrEqual(14_000)
    reader.response.destroy()
  })

  it('leaves no timer and no subscription behind when its reader goes', async () => {
    const { urls } = await app.issue()
    const quiet = clock.pendingTimers
    const reader = await EventReader.open(urls.events)
    await reader.next()
    while (clock.pendingTimers === quiet) await new Promise((resolve) => setImmediate(resolve))
    reader.response.destroy()
    while (clock.pendingTimers > quiet) await new Promise((resolve) => setImmediate(resolve))
    expect(clock.pendingTimers).toBe(quiet)
  })

  it('does not keep the server from closing', async () => {
    const { urls } = await app.issue()
    const reader = await EventReader.open(urls.events)
    await reader.next()
    await app.server.close()
    await reader.ended()
  })
})
