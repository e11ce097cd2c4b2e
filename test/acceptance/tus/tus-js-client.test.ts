import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { type HttpRequest, type PreviousUpload, Upload, type UrlStorage } from 'tus-js-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createUpload, getJson, type UploadStatus } from '../support/client.ts'
import { type RunningServer, startServer } from '../support/start-server.ts'
import { type FaultyNetwork, startFaultyNetwork } from './faulty-network.ts'
import { client, send, sendPartly, toldOffset, untilStored } from './tus-client.ts'

const MIB = 1024 * 1024

let server: RunningServer
let network: FaultyNetwork
beforeAll(async () => {
  let port = 0
  network = await startFaultyNetwork(() => port)
  // All addresses that the server gives out lead through the network.
  server = await startServer({ env: { REELDOCK_PUBLIC_URL: network.url } })
  port = Number(new URL(server.url).port)
})
afterEach(() => network.heal())
afterAll(async () => {
  await network.close()
  await server.remove()
})

describe('tus-js-client, as it is', () => {
  it('sends a file in small chunks', async () => {
    const file = randomBytes(3 * MIB + 17)
    const offsets: number[] = []
    await send(server, file, {
      chunkSize: 256 * 1024,
      metadata: { filename: 'film.mp4', filetype: 'video/mp4' },
      onChunkComplete: (_, accepted) => offsets.push(accepted),
    })
    expect(offsets).toHaveLength(13)
    expect(offsets.at(-1)).toBe(file.length)
    await untilStored(server, file)
  })

  it('sends a file to the address that an upload token came with', async () => {
    const file = randomBytes(2 * MIB)
    const { urls } = await createUpload(server.url, { fileName: 'film.mp4', sizeBytes: file.length })
    await send(server, file, { uploadUrl: urls.tus, headers: {} })
    expect((await getJson<UploadStatus>(urls.status)).state).toBe('consumed')
    await untilStored(server, file)
  })

  it('creates with an upload token instead of an API key', async () => {
    const file = randomBytes(MIB)
    const { token, urls } = await createUpload(server.url, { fileName: 'film.mp4' })
    const upload = await send(server, file, { headers: { authorization: `Bearer ${token}` } })
    expect(upload.url).toBe(urls.tus)
    await untilStored(server, file)
  })

  it('goes on where a broken request ended, as another client that only knows the address', async () => {
    const file = randomBytes(8 * MIB)
    const { urls } = await createUpload(server.url, { fileName: 'film.mp4', sizeBytes: file.length })
    // Asked past the network, which lets nothing pass then.
    const status = urls.status.replace(network.url, server.url)
    const isReceived = () =>
      expect
        .poll(async () => (await getJson<UploadStatus & { sentBytes: number }>(status)).sentBytes)
        .toBeGreaterThan(2 * MIB)
    const partly = await sendPartly(network, file, 3 * MIB, isReceived, { uploadUrl: urls.tus, headers: {} })
    const offset = await toldOffset(urls.tus)
    expect(offset).toBeGreaterThan(2 * MIB)
    expect(offset).toBeLessThan(3 * MIB)
    expect(partly.url).toBe(urls.tus)
    const first: number[] = []
    await send(server, file, { uploadUrl: urls.tus, headers: {}, onProgress: (sent) => first.push(sent) })
    expect(first[0]).toBe(offset)
    await untilStored(server, file)
  })

  it('finds an upload by its own memory and finds it complete', async () => {
    const file = randomBytes(MIB)
    const storage = memory()
    const options = { urlStorage: storage, fingerprint: async () => 'the file' }
    const { url } = await send(server, file, options)
    const again = client(server, file, options)
    const [previous] = await again.findPreviousUploads()
    expect(previous?.uploadUrl).toBe(url)
    await send(server, file, { uploadUrl: previous?.uploadUrl })
  })

  it('sends a stream whose length nobody knows', async () => {
    const file = randomBytes(2 * MIB + 5)
    const pieces = Array.from({ length: 9 }, (_, i) => file.subarray(i * 256 * 1024, (i + 1) * 256 * 1024))
    await send(server, Readable.from(pieces), { uploadLengthDeferred: true, chunkSize: 512 * 1024 })
    await untilStored(server, file)
  })

  it('sends the first bytes with the creation', async () => {
    const file = randomBytes(MIB)
    await send(server, file, { uploadDataDuringCreation: true, chunkSize: 300_000 })
    await untilStored(server, file)
    const small = randomBytes(1_000)
    await send(server, small, { uploadDataDuringCreation: true })
    await untilStored(server, small)
  })

  it('sends where PATCH cannot pass', async () => {
    const file = randomBytes(MIB)
    await send(server, file, { overridePatchMethod: true, chunkSize: 300_000 })
    await untilStored(server, file)
  })

  it('sends a checksum with every chunk, and a damaged chunk is refused', async () => {
    const file = randomBytes(MIB)
    const chunkSize = 200_000
    const damagedOnce = damage(file)
    await send(server, file, {
      chunkSize,
      retryDelays: [0],
      onShouldRetry: () => true,
      onBeforeRequest: (request: HttpRequest) => {
        if (request.getMethod() !== 'PATCH') return
        const offset = Number(request.getHeader('Upload-Offset'))
        const chunk = damagedOnce(file.subarray(offset, offset + chunkSize), offset)
        request.setHeader('Upload-Checksum', `sha1 ${createHash('sha1').update(chunk).digest('base64')}`)
      },
      onAfterResponse: (request, response) => {
        if (request.getMethod() === 'PATCH') damagedOnce.statuses.push(response.getStatus())
      },
    })
    expect(damagedOnce.statuses.filter((status) => status === 460)).toHaveLength(1)
    await untilStored(server, file)
  })

  it('ends an upload, and the address is gone', async () => {
    const aborted = await sendPartly(network, randomBytes(4 * MIB), MIB)
    const url = aborted.url ?? ''
    await Upload.terminate(url)
    await expect(toldOffset(url)).rejects.toThrow('404')
  })

  it('carries on by itself through a network that breaks again and again', async () => {
    const file = randomBytes(8 * MIB)
    let cuts = 0
    const cutAgain = async (): Promise<void> => {
      for (; cuts < 6; cuts += 1) await network.cutAfter(MIB)
    }
    const cutting = cutAgain()
    let told = 0
    await send(server, file, {
      retryDelays: [0, 0, 0, 0],
      onAfterResponse: (request, response) => {
        if (request.getMethod() !== 'HEAD') return
        const offset = Number(response.getHeader('Upload-Offset'))
        expect(offset).toBeGreaterThanOrEqual(told)
        told = offset
      },
    })
    await cutting
    expect(told).toBeGreaterThan(0)
    await untilStored(server, file)
  })
})

describe('tus-js-client with parallelUploads: 4', () => {
  it('sends a file with an API key', async () => {
    const file = randomBytes(9 * MIB + 3)
    const upload = await send(server, file, { parallelUploads: 4, metadata: { filename: 'film.mp4' } })
    await untilStored(server, file)
    expect(await toldOffset(upload.url ?? '')).toBe(file.length)
  })

  it('sends a file with an upload token, which becomes that token’s upload', async () => {
    const file = randomBytes(9 * MIB + 1)
    const { token, urls } = await createUpload(server.url, { fileName: 'film.mp4', sizeBytes: file.length })
    const upload = await send(server, file, {
      parallelUploads: 4,
      chunkSize: 512 * 1024,
      headers: { authorization: `Bearer ${token}` },
    })
    expect(upload.url).toBe(urls.tus)
    await untilStored(server, file)
    expect((await getJson<UploadStatus>(urls.status)).state).toBe('consumed')
  })

  it('sends pieces whose boundaries the page chose', async () => {
    const file = randomBytes(2 * MIB)
    const ends = [100, MIB, MIB + 5, file.length]
    await send(server, file, {
      parallelUploads: 4,
      parallelUploadBoundaries: ends.map((end, i) => ({ start: ends[i - 1] ?? 0, end })),
    })
    await untilStored(server, file)
  })

  it('goes on with its pieces after a break, from its own memory', async () => {
    const file = randomBytes(8 * MIB)
    const storage = memory()
    const options = { parallelUploads: 4, urlStorage: storage, fingerprint: async () => 'the file' }
    await new Promise<void>((resolve, reject) => {
      const upload = client(server, file, { ...options, onError: reject })
      // It remembers its pieces once all have an address, which is before the last one has a byte.
      storage.onAdd = () => {
        network
          .stallAfter(MIB)
          .then(() => upload.abort())
          .then(resolve, reject)
      }
      upload.start()
    })
    network.heal()
    const upload = client(server, file, { ...options, retryDelays: [0, 100, 200, 400] })
    const [previous] = await upload.findPreviousUploads()
    expect(previous?.parallelUploadUrls).toHaveLength(4)
    await new Promise<void>((resolve, reject) => {
      Object.assign(upload.options, { onSuccess: () => resolve(), onError: reject })
      if (previous !== undefined) upload.resumeFromPreviousUpload(previous)
      upload.start()
    })
    await untilStored(server, file)
  })

  it('ends all pieces when it is told to', async () => {
    const urls: string[] = []
    await new Promise<void>((resolve, reject) => {
      const upload = client(server, randomBytes(8 * MIB), {
        parallelUploads: 4,
        onError: reject,
        onAfterResponse: (request, response) => {
          const location = response.getHeader('Location')
          if (request.getMethod() !== 'POST' || location === undefined) return
          if (urls.push(location) < 4) return
          // All pieces have an address now, and the last one has no byte yet.
          network
            .stallAfter(64 * 1024)
            .then(() => {
              network.heal()
              return upload.abort(true)
            })
            .then(resolve, reject)
        },
      })
      upload.start()
    })
    expect(urls).toHaveLength(4)
    for (const url of urls) {
      await expect.poll(() => toldOffset(url).catch(String), { timeout: 30_000 }).toContain('404')
    }
  })
})

describe('kill -9 under tus-js-client', () => {
  it.each([1, 4])('is survived with parallelUploads: %i, and no offset that was told goes down', async (pieces) => {
    let own = await startServer()
    try {
      const file = randomBytes(32 * MIB)
      const told = new Map<string, number>()
      let crash: Promise<RunningServer> | undefined
      await send(own, file, {
        parallelUploads: pieces,
        chunkSize: MIB,
        retryDelays: Array(240).fill(250),
        onAfterResponse: (request, response) => {
          const offset = Number(response.getHeader('Upload-Offset') ?? 0)
          const url = request.getURL()
          if (request.getMethod() === 'HEAD') expect(offset).toBeGreaterThanOrEqual(told.get(url) ?? 0)
          told.set(url, offset)
          const sum = [...told.values()].reduce((all, one) => all + one, 0)
          if (sum >= 12 * MIB) crash ??= own.crashAndRestart()
        },
      })
      if (crash === undefined) throw new Error('the server did not crash')
      own = await crash
      await untilStored(own, file)
    } finally {
      await own.remove()
    }
  })
})

/** Lies once about the second chunk. */
function damage(file: Buffer) {
  let isDone = false
  const statuses: number[] = []
  const lie = (chunk: Buffer, offset: number): Buffer => {
    if (isDone || offset === 0) return chunk
    isDone = true
    return file.subarray(1, 10)
  }
  return Object.assign(lie, { statuses })
}

/** What a browser's local storage does for the client; says when something is added. */
function memory(): UrlStorage & { onAdd: () => void } {
  const kept = new Map<string, PreviousUpload>()
  const found = (prefix: string) =>
    [...kept].filter(([key]) => key.startsWith(prefix)).map(([urlStorageKey, upload]) => ({ ...upload, urlStorageKey }))
  return {
    onAdd: () => undefined,
    findAllUploads: async () => found(''),
    findUploadsByFingerprint: async (fingerprint) => found(fingerprint),
    removeUpload: async (key) => void kept.delete(key),
    async addUpload(fingerprint, upload) {
      const key = `${fingerprint}::${kept.size}`
      kept.set(key, upload)
      this.onAdd()
      return key
    },
  }
}
