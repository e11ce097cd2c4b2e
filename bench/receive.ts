import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Peer } from './lib/peer.ts'
import { type Figures, table } from './lib/report.ts'
import { sendFromMemory, sendWithCurl } from './lib/send.ts'
import { withFile } from './lib/with-file.ts'
import { bareSink, busboy, completeUpload, createUpload, reeldock, tusServer } from './peers/index.ts'
import { nginx } from './peers/nginx.ts'

const MIB = 1024 * 1024
const GIB = 1024 * MIB
const PORT = 18_080
/** Small, so that hundreds of clients do not measure the client; the connection count is the load. */
const FROM_MEMORY_LIMIT = 4 * MIB

export type Load = Readonly<{ files: number; sizeBytes: number }>

/** Sends `files` files at once to each server in turn, `rounds` times; resolves with the table. */
export async function receive(load: Load, rounds: number): Promise<string> {
  const isSmall = load.sizeBytes <= FROM_MEMORY_LIMIT
  // The form server's client is curl; hundreds of processes would measure those.
  const peers = [reeldock, bareSink, tusServer, ...(isSmall ? [] : [busboy]), nginx()].filter(
    (peer) => peer !== undefined,
  )
  const results = new Map<string, Figures[]>(peers.map((peer) => [peer.name, []]))
  await withFile(load.sizeBytes, async (file, bytes) => {
    for (let round = 0; round < rounds; round++) {
      for (const peer of peers) results.get(peer.name)?.push(await receiveOnce(peer, load, isSmall ? bytes : file))
    }
  })
  return table(results)
}

async function receiveOnce(peer: Peer, load: Load, source: string | Buffer): Promise<Figures> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'))
  const server = await peer.start(directory, PORT)
  try {
    const plans = await Promise.all(
      Array.from({ length: load.files }, (_, i) => server.plan(`file-${i}`, load.sizeBytes)),
    )
    const idleMiB = server.process.residentMiB()
    const cpuBefore = server.process.cpuSeconds()
    const startMs = performance.now()
    await Promise.all(
      plans.map((plan) => (typeof source === 'string' ? sendWithCurl(plan, source) : sendFromMemory(plan, source))),
    )
    const seconds = (performance.now() - startMs) / 1000
    const gigabytes = (load.files * load.sizeBytes) / GIB
    return {
      'GiB/s': gigabytes / seconds,
      'CPU s/GiB': (server.process.cpuSeconds() - cpuBefore) / gigabytes,
      'peak MiB': server.process.peakMemoryMiB(),
      'KiB/connection': ((server.process.peakMemoryMiB() - idleMiB) * 1024) / load.files,
    }
  } finally {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** 2 GiB as 8 parallel parts, and the time until the explicit completion is answered. */
export async function parallel(rounds: number): Promise<string> {
  const parts = 8
  const partBytes = (2 * GIB) / parts
  const results = new Map<string, Figures[]>([['Reeldock', []]])
  await withFile(partBytes, async (file) => {
    for (let round = 0; round < rounds; round++)
      results.get('Reeldock')?.push(await parallelOnce(file, parts, partBytes))
  })
  return table(results)
}

async function parallelOnce(file: string, parts: number, partBytes: number): Promise<Figures> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'))
  const server = await reeldock.start(directory, PORT)
  const url = `http://127.0.0.1:${PORT}`
  try {
    const sizeBytes = parts * partBytes
    const { id, urls } = await createUpload(url, { fileName: 'big', sizeBytes, completion: 'explicit' })
    const startMs = performance.now()
    await Promise.all(
      Array.from({ length: parts }, (_, i) => {
        const range = `bytes ${i * partBytes}-${(i + 1) * partBytes - 1}/${sizeBytes}`
        return sendWithCurl({ method: 'PUT', url: urls.put, headers: { 'content-range': range }, form: false }, file)
      }),
    )
    const seconds = (performance.now() - startMs) / 1000
    return { 'GiB/s': sizeBytes / GIB / seconds, 'finish ms': await completeUpload(url, id) }
  } finally {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Tokens a second, durable, from a client that keeps `concurrency` requests under way. */
export async function tokens(rounds: number): Promise<string> {
  const count = 4_000
  const concurrency = 32
  const results = new Map<string, Figures[]>([['Reeldock', []]])
  for (let round = 0; round < rounds; round++) {
    const directory = await mkdtemp(join(tmpdir(), 'bench-'))
    const server = await reeldock.start(directory, PORT)
    try {
      const url = `http://127.0.0.1:${PORT}`
      let left = count
      const ask = async (): Promise<void> => {
        while (left-- > 0) await createUpload(url, { fileName: 'a.mp4', sizeBytes: 1_000_000, title: 'A' })
      }
      const cpuBefore = server.process.cpuSeconds()
      const startMs = performance.now()
      await Promise.all(Array.from({ length: concurrency }, ask))
      const seconds = (performance.now() - startMs) / 1000
      const cpuSeconds = server.process.cpuSeconds() - cpuBefore
      results.get('Reeldock')?.push({ 'tokens/s': count / seconds, 'tokens per CPU second': count / cpuSeconds })
    } finally {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    }
  }
  return table(results)
}
