import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SERVER_FLAGS, SERVER_MEMORY } from '../../scripts/support/server-flags.mjs'
import type { Peer, SendPlan } from '../lib/peer.ts'
import { MeteredProcess } from '../lib/process-meter.ts'

const HERE = import.meta.dirname
export const API_KEY = 'rd_bench-0123456789abcdef'
export const AUTHORIZATION = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' }

/** A peer that is one script of this folder, started with a directory and a port. */
function script(
  name: string,
  file: string,
  planOf: (url: string, name: string, size: number) => Promise<SendPlan>,
): Peer {
  return {
    name,
    durable: false,
    async start(directory, port) {
      const url = `http://127.0.0.1:${port}`
      const server = await MeteredProcess.start(process.execPath, [join(HERE, file), directory, String(port)], { url })
      return { process: server, plan: (file, size) => planOf(url, file, size), stop: () => server.stop() }
    },
  }
}

export const bareSink = script('bare Node sink', 'bare-sink-server.ts', async (url, name) => ({
  method: 'PUT',
  url: `${url}/${name}`,
  headers: {},
  form: false,
}))

export const busboy = script('busboy to file', 'busboy-server.ts', async (url, name) => ({
  method: 'POST',
  url: `${url}/${name}`,
  headers: {},
  form: true,
}))

export const tusServer = script('@tus/server', 'tus-node-server.ts', async (url, _name, size) => {
  const headers = { 'tus-resumable': '1.0.0', 'upload-length': String(size) }
  const created = await fetch(`${url}/files`, { method: 'POST', headers })
  if (created.status !== 201) throw new Error(`tus create: ${created.status}`)
  return {
    method: 'PATCH',
    url: new URL(created.headers.get('location') ?? '', url).href,
    headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    form: false,
  }
})

/** Without workers, as the others do nothing but receive. */
export const reeldock: Peer = {
  name: 'Reeldock',
  durable: true,
  async start(directory, port) {
    const bootstrap = join(directory, 'bootstrap.json')
    await writeFile(bootstrap, JSON.stringify({ apiKey: API_KEY }))
    const env = {
      ...SERVER_MEMORY,
      REELDOCK_DATA_DIR: directory,
      REELDOCK_PORT: String(port),
      REELDOCK_BOOTSTRAP: bootstrap,
      REELDOCK_LOG_LEVEL: 'warn',
    }
    const main = join(HERE, '..', '..', 'src', 'main.ts')
    const url = `http://127.0.0.1:${port}`
    const server = await MeteredProcess.start(process.execPath, [...SERVER_FLAGS, main, 'serve'], {
      url: `${url}/healthz`,
      env,
    })
    const plan = async (name: string, sizeBytes: number): Promise<SendPlan> => {
      const created = await createUpload(url, { fileName: name, sizeBytes })
      return { method: 'PUT', url: created.urls.put, headers: {}, form: false }
    }
    return { process: server, plan, stop: () => server.stop() }
  },
}

export type CreatedUpload = Readonly<{ id: string; asset: Readonly<{ id: string }>; urls: Readonly<{ put: string }> }>

/** Asks Reeldock for a token. */
export async function createUpload(url: string, body: Readonly<Record<string, unknown>>): Promise<CreatedUpload> {
  const response = await fetch(`${url}/v1/uploads`, {
    method: 'POST',
    headers: AUTHORIZATION,
    body: JSON.stringify(body),
  })
  if (response.status !== 201) throw new Error(`create: ${response.status} ${await response.text()}`)
  return (await response.json()) as CreatedUpload
}

/** Says that a Reeldock upload is complete; resolves with the milliseconds until the answer. */
export async function completeUpload(url: string, id: string): Promise<number> {
  const startMs = performance.now()
  const response = await fetch(`${url}/v1/uploads/${id}/complete`, {
    method: 'POST',
    headers: AUTHORIZATION,
    body: '{}',
  })
  if (!response.ok) throw new Error(`complete: ${response.status} ${await response.text()}`)
  await response.text()
  return performance.now() - startMs
}
