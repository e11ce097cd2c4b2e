import { describe, expect, it } from 'vitest'
import { ApiError } from '../api/api-error.ts'
import { sampleAsset } from '../api/sample-asset.ts'
import type { Asset, UploadStatus, UploadTicket } from '../api/schema.ts'
import type { UploadItem, UploadPhase } from './upload-item.ts'
import { UploadQueue } from './upload-queue.ts'

const SIZE = 1000

function file(name: string): File {
  return new File([new Uint8Array(SIZE)], name)
}

/** A server that does what the test last told it, and remembers what it was asked. */
class ScriptedServer {
  nowMs = 0
  readonly created: string[] = []
  readonly deleted: string[] = []
  libraryChanges = 0
  status: Partial<UploadStatus> = { state: 'receiving', receivedBytes: 0 }
  assets: (Partial<Asset> | ApiError)[] = [{ state: 'ready', stage: 'ready' }]
  /** How the transfer goes on; by default it is acknowledged at once. */
  send: (url: string, onProgress: (bytes: number) => void, signal: AbortSignal) => Promise<void> = async () => {}
  createError: ApiError | null = null
  readonly sentTo: string[] = []

  queue(): UploadQueue {
    return new UploadQueue({
      api: {
        createUpload: async ({ fileName }) => {
          if (this.createError !== null) throw this.createError
          this.created.push(fileName)
          return ticket(this.created.length)
        },
        uploadStatus: async () => status(this.status),
        asset: async (id) => {
          const next = this.assets.length > 1 ? this.assets.shift() : this.assets[0]
          if (next instanceof ApiError) throw next
          return asset(id, next ?? {})
        },
        deleteAsset: async (id) => void this.deleted.push(id),
      },
      send: async (url, _file, { signal, onProgress }) => {
        this.sentTo.push(url)
        await this.send(url, onProgress, signal)
      },
      wait: async (ms) => {
        this.nowMs += ms
        await new Promise((turn) => setTimeout(turn))
      },
      nowMs: () => this.nowMs,
      onLibraryChange: () => {
        this.libraryChanges += 1
      },
    })
  }
}

function ticket(number: number): UploadTicket {
  const at = `http://reeldock.test/t/${number}`
  return {
    id: `upl_${number}`,
    state: 'pending',
    token: `token-${number}`,
    expiresAt: '2026-06-20T13:00:00Z',
    asset: { id: `ast_${number}` },
    urls: { put: at, form: `${at}/form`, status: `${at}/status`, tus: `${at}/tus`, events: `${at}/events` },
  }
}

function status(change: Partial<UploadStatus>): UploadStatus {
  return {
    id: 'upl_1',
    state: 'receiving',
    fileName: 'a.mp4',
    sizeBytes: SIZE,
    receivedBytes: 0,
    contiguousBytes: 0,
    sentBytes: 0,
    ranges: [],
    expiresAt: '2026-06-20T13:00:00Z',
    asset: null,
    failure: null,
    ...change,
  }
}

function asset(id: string, change: Partial<Asset>): Asset {
  return sampleAsset({ id, title: 'a.mp4', state: 'processing', stage: 'encoding', progress: 0, ...change })
}

/** Resolves with the first item once it satisfies `wanted`; the test's own time limit is the deadline. */
function until(queue: UploadQueue, wanted: (item: UploadItem) => boolean): Promise<UploadItem> {
  return new Promise((resolve) => {
    const look = () => {
      const item = queue.items()[0]
      if (item === undefined || !wanted(item)) return
      unsubscribe()
      resolve(item)
    }
    const unsubscribe = queue.subscribe(look)
    look()
  })
}

const inPhase = (phase: UploadPhase) => (item: UploadItem) => item.phase === phase

/** A transfer that stays open until it is aborted. */
const hang = (_url: string, _onProgress: (bytes: number) => void, signal: AbortSignal) =>
  new Promise<void>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

describe('UploadQueue', () => {
  it('takes a file from ticket to playable', async () => {
    const server = new ScriptedServer()
    server.assets = [
      { stage: 'probing' },
      { stage: 'encoding', progress: 0.5 },
      {
        state: 'ready',
        stage: 'ready',
        progress: 1,
        playback: {
          ...{ hls: '/h', dash: null, original: null, page: '/p', poster: '/i', sprites: null },
          ...{ storyboard: null, downloads: [] },
        },
      },
    ]
    const queue = server.queue()
    queue.add([file('a.mp4')])
    const encoding = await until(queue, (item) => item.asset?.progress === 0.5)
    expect(encoding).toMatchObject({ phase: 'processing', sentBytes: SIZE, storedBytes: SIZE })
    const ready = await until(queue, inPhase('ready'))
    expect(ready.asset?.playback?.hls).toBe('/h')
    expect(server.sentTo).toEqual(['http://reeldock.test/t/1'])
    expect(server.libraryChanges).toBeGreaterThan(0)
  })

  it('reports sent and stored bytes apart, and never lets stored bytes shrink', async () => {
    const server = new ScriptedServer()
    const transfer = Promise.withResolvers<void>()
    server.send = async (_url, onProgress) => {
      onProgress(800)
      await transfer.promise
    }
    server.status = { state: 'receiving', receivedBytes: 300 }
    const queue = server.queue()
    queue.add([file('a.mp4')])
    await until(queue, (item) => item.sentBytes === 800 && item.storedBytes === 300)
    server.status = { state: 'receiving', receivedBytes: 100 }
    const asked = server.nowMs
    const later = await until(queue, () => server.nowMs > asked + 1_000)
    expect(later.storedBytes).toBe(300)
    transfer.resolve()
    await until(queue, inPhase('ready'))
  })

  it.each([
    ['where the bytes arrive', 400, 400],
    ['where they leave, behind a proxy that passes nothing on yet', 0, 800],
    ['where they leave, when an earlier attempt had come further', 900, 800],
  ])('measures the speed %s', async (_where, seenByServer, measured) => {
    const server = new ScriptedServer()
    const transfer = Promise.withResolvers<void>()
    server.send = async (_url, onProgress) => {
      onProgress(800)
      await transfer.promise
    }
    server.status = { state: 'receiving', sentBytes: seenByServer }
    const queue = server.queue()
    queue.add([file('a.mp4')])
    await until(queue, (item) => item.sendingRate?.value === measured)
    transfer.resolve()
    await until(queue, inPhase('ready'))
  })

  it('sends two files at a time, the ones chosen first before the others', async () => {
    const server = new ScriptedServer()
    const transfers: PromiseWithResolvers<void>[] = []
    server.send = () => {
      const transfer = Promise.withResolvers<void>()
      transfers.push(transfer)
      return transfer.promise
    }
    const queue = server.queue()
    queue.add([file('a.mp4'), file('b.mp4'), file('c.mp4')])
    await until(queue, () => transfers.length === 2)
    expect(server.created).toEqual(['a.mp4', 'b.mp4'])
    expect(queue.items().map(({ phase }) => phase)).toEqual(['queued', 'sending', 'sending'])
    transfers[0]?.resolve()
    await until(queue, () => transfers.length === 3)
    expect(server.created).toEqual(['a.mp4', 'b.mp4', 'c.mp4'])
  })

  it("fails with the server's own words when no ticket is given", async () => {
    const server = new ScriptedServer()
    server.createError = new ApiError(507, 'storage_full', 'There is no room for 1 kB.')
    const queue = server.queue()
    queue.add([file('a.mp4')])
    const failed = await until(queue, inPhase('failed'))
    expect(failed.problem).toEqual({ message: 'There is no room for 1 kB.', code: 'storage_full' })
  })

  it('shows why the file was refused after it was stored', async () => {
    const server = new ScriptedServer()
    server.assets = [
      {
        state: 'failed',
        stage: 'failed',
        failure: { code: 'media_refused', reason: 'not_media', message: 'This is no video.' },
      },
    ]
    const queue = server.queue()
    queue.add([file('a.mp4')])
    const failed = await until(queue, inPhase('failed'))
    expect(failed.problem).toEqual({ message: 'This is no video.', code: 'not_media' })
  })

  it('goes on when the server has the whole file and only its answer was lost', async () => {
    const server = new ScriptedServer()
    server.send = async () => {
      server.status = { state: 'consumed', receivedBytes: SIZE }
      throw new ApiError(0, 'unreachable', 'cut')
    }
    const queue = server.queue()
    queue.add([file('a.mp4')])
    await until(queue, inPhase('ready'))
  })

  it('prefers the reason the server recorded over a cut connection', async () => {
    const server = new ScriptedServer()
    server.send = async () => {
      server.status = { state: 'failed', failure: { code: 'too_large', message: 'More than the token allows.' } }
      throw new ApiError(0, 'unreachable', 'cut')
    }
    const queue = server.queue()
    queue.add([file('a.mp4')])
    const failed = await until(queue, inPhase('failed'))
    expect(failed.problem).toEqual({ message: 'More than the token allows.', code: 'too_large' })
  })

  it('retries into the same ticket while the server still takes bytes for it', async () => {
    const server = new ScriptedServer()
    server.send = async () => {
      throw new ApiError(0, 'unreachable', 'cut')
    }
    const queue = server.queue()
    queue.add([file('a.mp4')])
    await until(queue, inPhase('failed'))
    server.send = async () => {}
    queue.retry('1')
    await until(queue, inPhase('ready'))
    expect(server.sentTo).toEqual(['http://reeldock.test/t/1', 'http://reeldock.test/t/1'])
    expect(server.deleted).toEqual([])
  })

  it('retries with a new ticket when the old one expired, and removes what it left in the library', async () => {
    const server = new ScriptedServer()
    server.send = async () => {
      throw new ApiError(0, 'unreachable', 'cut')
    }
    const queue = server.queue()
    queue.add([file('a.mp4')])
    await until(queue, inPhase('failed'))
    server.send = async () => {}
    server.status = { state: 'expired' }
    queue.retry('1')
    await until(queue, inPhase('ready'))
    expect(server.sentTo).toEqual(['http://reeldock.test/t/1', 'http://reeldock.test/t/2'])
    expect(server.deleted).toEqual(['ast_1'])
  })

  it('cancels a transfer, removes its asset and lets the next file start', async () => {
    const server = new ScriptedServer()
    server.send = hang
    const queue = server.queue()
    queue.add([file('a.mp4'), file('b.mp4'), file('c.mp4')])
    await until(queue, () => server.sentTo.length === 2)
    queue.cancel('1')
    await until(queue, () => server.sentTo.length === 3)
    expect(queue.items().map(({ phase }) => phase)).toEqual(['sending', 'sending', 'cancelled'])
    expect(server.deleted).toEqual(['ast_1'])
  })

  it('can send a cancelled file again', async () => {
    const server = new ScriptedServer()
    server.send = hang
    const queue = server.queue()
    queue.add([file('a.mp4')])
    await until(queue, () => server.sentTo.length === 1)
    queue.cancel('1')
    server.send = async () => {}
    queue.retry('1')
    const ready = await until(queue, inPhase('ready'))
    expect(ready.ticket?.id).toBe('upl_2')
  })

  it('keeps following through answers that fail, and stops when the asset was deleted', async () => {
    const server = new ScriptedServer()
    server.assets = [
      new ApiError(503, 'unavailable', 'restarting'),
      { progress: 0.1 },
      new ApiError(404, 'not_found', ''),
    ]
    const queue = server.queue()
    queue.add([file('a.mp4')])
    await until(queue, (item) => item.asset?.progress === 0.1)
    const failed = await until(queue, inPhase('failed'))
    expect(failed.problem?.message).toBe('This video was deleted from the library.')
  })

  it('does not dismiss a file that still needs the page', async () => {
    const server = new ScriptedServer()
    server.send = hang
    const queue = server.queue()
    queue.add([file('a.mp4')])
    await until(queue, inPhase('sending'))
    queue.dismiss('1')
    expect(queue.items()).toHaveLength(1)
    queue.cancel('1')
    queue.dismiss('1')
    expect(queue.items()).toHaveLength(0)
  })
})
