import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { KEYS } from './start-server.ts'

/** The part of an asset that the tests look at. */
export type SeenAsset = Readonly<{
  id: string
  state: string
  stage: string
  progress: number
  failure: Readonly<{ code: string; reason: string; message: string }> | null
  durationMs: number | null
  source: Readonly<{ sizeBytes: number; fileName: string }> | null
  renditions: readonly Readonly<{ name: string; width: number | null; height: number | null; durationMs: number }>[]
  playback: Readonly<{ hls: string; page: string; poster: string | null }> | null
}>

export type CreatedUpload = Readonly<{
  id: string
  token: string
  asset: Readonly<{ id: string }>
  urls: Readonly<{ put: string; status: string; tus: string; events: string }>
}>

export type UploadStatus = Readonly<{
  state: string
  receivedBytes: number
  contiguousBytes: number
  asset: Readonly<{ id: string; state: string }> | null
}>

const AUTHORIZATION = { authorization: `Bearer ${KEYS.apiKey}` }

export async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { headers: AUTHORIZATION })
  if (!response.ok) throw new Error(`GET ${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** Asks for an upload token with the API key. */
export async function createUpload(serverUrl: string, body: Readonly<Record<string, unknown>>): Promise<CreatedUpload> {
  const response = await fetch(`${serverUrl}/v1/uploads`, {
    method: 'POST',
    headers: { ...AUTHORIZATION, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (response.status !== 201) throw new Error(`POST /v1/uploads: ${response.status} ${await response.text()}`)
  return (await response.json()) as CreatedUpload
}

/** Asks until the asset satisfies `is`; throws with the last answer when it has not within `limitMs`. */
export async function waitForAsset(
  serverUrl: string,
  id: string,
  is: (asset: SeenAsset) => boolean,
  limitMs = 180_000,
): Promise<SeenAsset> {
  const untilMs = Date.now() + limitMs
  for (;;) {
    const asset = await getJson<SeenAsset>(`${serverUrl}/v1/assets/${id}`)
    if (is(asset)) return asset
    if (Date.now() > untilMs) throw new Error(`waited too long; the asset is ${JSON.stringify(asset)}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

export function waitUntilReady(serverUrl: string, id: string): Promise<SeenAsset> {
  return waitForAsset(serverUrl, id, (asset) => {
    if (asset.state === 'failed') throw new Error(`the asset failed: ${JSON.stringify(asset.failure)}`)
    return asset.state === 'ready'
  })
}

/** Runs the real curl; resolves with what it printed, throws with what it complained about. */
export async function curl(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('curl', ['-sS', '--fail-with-body', ...args], { maxBuffer: 1 << 24 })
  return stdout
}
