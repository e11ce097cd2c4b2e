import { stat } from 'node:fs/promises'
import { AUTHORIZATION, createUpload } from '../peers/index.ts'
import { sendWithCurl } from './send.ts'

type Job = Readonly<{
  id: string
  kind: string
  state: string
  progress: number
  startedAt: string
  finishedAt: string
}>

const POLL_MS = 200

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url, { headers: AUTHORIZATION })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** Uploads a file; resolves with its asset once the server has it. */
export async function uploadFilm(url: string, file: string): Promise<string> {
  const { size } = await stat(file)
  const { asset, urls } = await createUpload(url, { fileName: 'film.mp4', sizeBytes: size })
  await sendWithCurl({ method: 'PUT', url: urls.put, headers: {}, form: false }, file)
  return asset.id
}

export async function untilReady(url: string, assetId: string): Promise<void> {
  for (;;) {
    const { state, failure } = await get<{ state: string; failure: unknown }>(`${url}/v1/assets/${assetId}`)
    if (state === 'ready') return
    if (state === 'failed') throw new Error(`the film failed: ${JSON.stringify(failure)}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Resolves once something of it plays. */
export async function untilPlayable(url: string, assetId: string): Promise<void> {
  while (!(await get<{ isPlayable: boolean }>(`${url}/v1/assets/${assetId}`)).isPlayable) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

export async function jobOf(url: string, assetId: string, kind: string): Promise<Job> {
  const { items } = await get<{ items: readonly Job[] }>(`${url}/v1/assets/${assetId}/jobs`)
  const job = items.find((one) => one.kind === kind)
  if (job === undefined) throw new Error(`there is no ${kind} job`)
  return job
}

/** Resolves once the encoder has begun to make pictures. */
export async function untilEncoding(url: string, assetId: string): Promise<void> {
  for (;;) {
    const job = await jobOf(url, assetId, 'encode').catch(() => undefined)
    if (job?.state === 'running' && job.progress > 0) return
    if (job?.state === 'done' || job?.state === 'failed') throw new Error(`the film is ${job.state} already`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

export async function removeAsset(url: string, assetId: string): Promise<void> {
  const { authorization } = AUTHORIZATION
  const response = await fetch(`${url}/v1/assets/${assetId}`, { method: 'DELETE', headers: { authorization } })
  if (!response.ok) throw new Error(`delete: ${response.status}`)
}
