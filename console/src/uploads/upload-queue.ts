import type { ApiClient } from '../api/api-client.ts'
import { ApiError } from '../api/api-error.ts'
import type { Asset, UploadStatus, UploadTicket } from '../api/schema.ts'
import { sampleRate, startRate } from './rate-estimator.ts'
import type { SendFile } from './send-file.ts'
import { needsThisPage, newUploadItem, type UploadItem } from './upload-item.ts'

/** Two at a time: one stalled file does not hold up the rest, and a slow line is not split into crumbs. */
const MAX_TRANSFERS = 2
const STATUS_INTERVAL_MS = 500
const ASSET_INTERVAL_MS = 800
/** After a poll that failed: the server may be restarting. */
const POLL_AGAIN_MS = 3_000

const NOT_FOUND = 404
/** Answers to a status request which say that the ticket is of no use any more. */
const TICKET_GONE: readonly number[] = [401, 403, NOT_FOUND, 410]

export interface UploadQueueParts {
  api: Pick<ApiClient, 'createUpload' | 'uploadStatus' | 'asset' | 'deleteAsset'>
  send: SendFile
  /** Resolves after `ms`, or early when the signal aborts. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>
  nowMs: () => number
  /** Called when the library on the server has, or may have, another content than before. */
  onLibraryChange: () => void
}

/**
 * The files of this browser on their way to the server: a store for React's useSyncExternalStore. Each file gets a
 * ticket, is sent while the server's confirmed bytes are polled, and is then followed until it is ready or failed.
 * Lives as long as the page, so that signing out and in again does not interrupt a transfer.
 */
export class UploadQueue {
  readonly #parts: UploadQueueParts
  readonly #listeners = new Set<() => void>()
  readonly #running = new Map<string, AbortController>()
  #items: readonly UploadItem[] = []
  #transfers = 0
  #lastKey = 0

  constructor(parts: UploadQueueParts) {
    this.#parts = parts
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** The files, newest first. The same array until something changes. */
  readonly items = (): readonly UploadItem[] => this.#items

  /** Puts files into the queue, in the order given. */
  add(files: Iterable<File>): void {
    for (const file of files) {
      this.#lastKey += 1
      this.#items = [newUploadItem(String(this.#lastKey), file), ...this.#items]
    }
    this.#emit()
    this.#startNext()
  }

  /** Stops a file that is not completely stored yet, and removes what the server had of it. */
  cancel(key: string): void {
    const item = this.#find(key)
    if (item === undefined || !needsThisPage(item)) return
    this.#patch(key, { phase: 'cancelled', sendingRate: null })
    this.#running.get(key)?.abort()
    if (item.ticket !== null) void this.#discard(item.ticket)
    this.#startNext()
  }

  /** Sends a failed or cancelled file again; into the same ticket where the server still takes it. */
  retry(key: string): void {
    const item = this.#find(key)
    if (item === undefined || (item.phase !== 'failed' && item.phase !== 'cancelled')) return
    const keepTicket = item.phase === 'failed' && item.asset?.state !== 'failed'
    if (!keepTicket && item.phase === 'failed' && item.ticket !== null) void this.#discard(item.ticket)
    const fresh = newUploadItem(key, item.file)
    this.#patch(key, keepTicket ? { ...fresh, ticket: item.ticket, storedBytes: item.storedBytes } : fresh)
    this.#startNext()
  }

  /** Takes a file off the list; whatever the server has of it stays. A file that still needs this page is not dismissed. */
  dismiss(key: string): void {
    const item = this.#find(key)
    if (item === undefined || needsThisPage(item)) return
    this.#running.get(key)?.abort()
    this.#items = this.#items.filter((other) => other.key !== key)
    this.#emit()
  }

  #startNext(): void {
    while (this.#transfers < MAX_TRANSFERS) {
      const next = this.#items.findLast(({ phase }) => phase === 'queued')
      if (next === undefined) return
      this.#patch(next.key, { phase: 'creating' })
      this.#transfers += 1
      void this.#run(next.key)
    }
  }

  async #run(key: string): Promise<void> {
    const stop = new AbortController()
    this.#running.set(key, stop)
    try {
      try {
        await this.#transfer(key, stop.signal)
      } finally {
        this.#transfers -= 1
        this.#startNext()
      }
      await this.#follow(key, stop.signal)
    } catch (error) {
      // Whoever aborted has already said what the file is now.
      if (!stop.signal.aborted) this.#patch(key, { phase: 'failed', problem: problemOf(error), sendingRate: null })
    } finally {
      if (this.#running.get(key) === stop) this.#running.delete(key)
      this.#parts.onLibraryChange()
    }
  }

  async #transfer(key: string, signal: AbortSignal): Promise<void> {
    const item = this.#find(key)
    if (item === undefined) return
    const ticket = await this.#ticketFor(item, signal)
    if (ticket === 'already complete') return
    this.#patch(key, { phase: 'sending', ticket, sendingRate: startRate(this.#parts.nowMs(), 0) })
    this.#parts.onLibraryChange()
    const sent = new AbortController()
    const watching = this.#watchStored(key, ticket, AbortSignal.any([signal, sent.signal]))
    try {
      await this.#parts.send(ticket.urls.put, item.file, {
        signal,
        onProgress: (sentBytes) => this.#patch(key, { sentBytes: Math.min(sentBytes, item.file.size) }),
      })
    } catch (error) {
      if (signal.aborted) throw error
      await this.#explain(ticket, error, signal)
    } finally {
      sent.abort()
      await watching
    }
  }

  /** The ticket to send into: the one of the attempt before where the server still takes bytes for it, else a new one. */
  async #ticketFor(item: UploadItem, signal: AbortSignal): Promise<UploadTicket | 'already complete'> {
    const { api } = this.#parts
    if (item.ticket !== null) {
      const status = await statusOrGone(api, item.ticket, signal)
      if (isComplete(status)) return 'already complete'
      if (status?.state === 'pending' || status?.state === 'receiving') return item.ticket
      void this.#discard(item.ticket)
      this.#patch(item.key, { ticket: null, storedBytes: 0 })
    }
    const ticket = await api.createUpload({ fileName: item.file.name, sizeBytes: item.file.size }, signal)
    // Cancelled while the answer was on its way: nobody else knows of this ticket.
    if (signal.aborted) void this.#discard(ticket)
    signal.throwIfAborted()
    return ticket
  }

  /** Returns when the server has everything although the answer was lost; throws the server's own reason, else `error`. */
  async #explain(ticket: UploadTicket, error: unknown, signal: AbortSignal): Promise<void> {
    const status = await this.#parts.api.uploadStatus(ticket.urls.status, signal).catch(() => null)
    signal.throwIfAborted()
    if (isComplete(status)) return
    if (status?.failure) throw new ApiError(0, status.failure.code, status.failure.message)
    throw error
  }

  async #watchStored(key: string, ticket: UploadTicket, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#parts.wait(STATUS_INTERVAL_MS, signal)
      if (signal.aborted) return
      const status = await this.#parts.api.uploadStatus(ticket.urls.status, signal).catch(() => null)
      const item = this.#find(key)
      if (signal.aborted || item === undefined) return
      const storedBytes = Math.max(item.storedBytes, status?.receivedBytes ?? 0)
      const rate = item.sendingRate ?? startRate(this.#parts.nowMs(), item.sentBytes)
      const arrivedBytes = arrived(item.sentBytes, status)
      const sendingRate = sampleRate(rate, this.#parts.nowMs(), arrivedBytes ?? rate.value, item.file.size)
      this.#patch(key, { storedBytes, sendingRate })
    }
  }

  async #follow(key: string, signal: AbortSignal): Promise<void> {
    const item = this.#find(key)
    if (item?.ticket == null) return
    const assetId = item.ticket.asset.id
    this.#patch(key, { phase: 'processing', sentBytes: item.file.size, storedBytes: item.file.size, sendingRate: null })
    this.#parts.onLibraryChange()
    while (!signal.aborted) {
      const asset = await this.#pollAsset(assetId, signal)
      if (signal.aborted) return
      if (asset !== null && this.#apply(key, asset)) return
      await this.#parts.wait(asset === null ? POLL_AGAIN_MS : ASSET_INTERVAL_MS, signal)
    }
  }

  /** The asset; null when it could not be learnt this time (server restarting, session over). Throws when it is gone. */
  async #pollAsset(assetId: string, signal: AbortSignal): Promise<Asset | null> {
    try {
      return await this.#parts.api.asset(assetId, signal)
    } catch (error) {
      if (error instanceof ApiError && error.status === NOT_FOUND) {
        throw new ApiError(NOT_FOUND, error.code, 'This video was deleted from the library.')
      }
      return null
    }
  }

  /** Takes over what the server says; true when there is nothing more to wait for. */
  #apply(key: string, asset: Asset): boolean {
    const before = this.#find(key)
    if (before === undefined) return true
    if (asset.state === 'ready') {
      this.#patch(key, { phase: 'ready', asset, encodingRate: null })
      return true
    }
    if (asset.state === 'failed') {
      this.#patch(key, { phase: 'failed', asset, problem: problemOfAsset(asset), encodingRate: null })
      return true
    }
    const nowMs = this.#parts.nowMs()
    const rate = before.encodingRate ?? startRate(nowMs, asset.progress)
    const encodingRate = asset.stage === 'encoding' ? sampleRate(rate, nowMs, asset.progress, 1) : null
    this.#patch(key, { asset, encodingRate })
    return false
  }

  /** Best effort: what cannot be removed now expires on the server. */
  async #discard(ticket: UploadTicket): Promise<void> {
    await this.#parts.api.deleteAsset(ticket.asset.id).catch(() => undefined)
    this.#parts.onLibraryChange()
  }

  #find(key: string): UploadItem | undefined {
    return this.#items.find((item) => item.key === key)
  }

  #patch(key: string, change: Partial<UploadItem>): void {
    this.#items = this.#items.map((item) => (item.key === key ? { ...item, ...change } : item))
    this.#emit()
  }

  #emit(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** The ticket's status; null when the server does not honour the ticket any more. */
async function statusOrGone(
  api: Pick<ApiClient, 'uploadStatus'>,
  ticket: UploadTicket,
  signal: AbortSignal,
): Promise<UploadStatus | null> {
  try {
    return await api.uploadStatus(ticket.urls.status, signal)
  } catch (error) {
    if (error instanceof ApiError && TICKET_GONE.includes(error.status)) return null
    throw error
  }
}

/**
 * How far the bytes have come, for speed and remaining time; undefined when this poll told nothing. Measured where they
 * arrive: what left the browser may still sit in buffers. A proxy that keeps the whole body to itself first lets the
 * server see nothing, so then the browser's own count has to do.
 */
function arrived(sentBytes: number, status: UploadStatus | null): number | undefined {
  if (status === null) return undefined
  return status.sentBytes > 0 ? Math.min(sentBytes, status.sentBytes) : sentBytes
}

function isComplete(status: UploadStatus | null): boolean {
  return status?.state === 'complete' || status?.state === 'consumed'
}

function problemOf(error: unknown): UploadItem['problem'] {
  if (error instanceof ApiError) return { message: error.message, code: error.reason ?? error.code }
  return { message: 'This page made a mistake while sending the file. Try again.', code: 'console_error' }
}

function problemOfAsset(asset: Asset): UploadItem['problem'] {
  if (asset.failure === null) return { message: 'The server could not make this file playable.', code: 'failed' }
  return { message: asset.failure.message, code: asset.failure.reason }
}
