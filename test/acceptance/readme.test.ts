import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeClip } from '../support/media/make-media.ts'
import { freshPostgresDatabase } from '../support/postgres.ts'
import { getJson, type SeenAsset, waitUntilReady } from './support/client.ts'
import { KEYS, type RunningServer, startServer } from './support/start-server.ts'

let server: RunningServer
let directory: string
let file: string
let snippets: ReadonlyMap<string, string>

/** The README's shell snippets by the name in the comment above each. */
async function readSnippets(): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8')
  const named = text.matchAll(/<!-- snippet: ([a-z-]+) -->\n```sh\n([\s\S]*?)```/g)
  return new Map([...named].map(([, name = '', script = '']) => [name, script]))
}

/** Runs a snippet as a person would paste it, in a shell with these variables set. */
async function paste(name: string, variables: Readonly<Record<string, string>>): Promise<string> {
  const script = snippets.get(name)
  if (script === undefined) throw new Error(`the README has no snippet ${name}`)
  const env = { PATH: process.env['PATH'] ?? '', RD: server.url, KEY: KEYS.apiKey, FILE: file, ...variables }
  const { stdout } = await promisify(execFile)('sh', ['-eu', '-c', script], { env })
  return stdout
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-readme-'))
  file = await makeClip(directory, 'plain')
  snippets = await readSnippets()
  server = await startServer()
})

afterAll(async () => {
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

describe('the README', () => {
  it('names every snippet, so that none goes unrun', async () => {
    const text = await readFile(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8')
    const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, script = '']) => script)
    const unnamed = blocks.filter((script) => ![...snippets.values()].includes(script))
    // These two are run by every test run and every start.
    expect(unnamed.map((script) => script.trim())).toEqual(['npm start', 'npm test'])
    expect([...snippets.keys()]).toEqual(['first-upload', 'read-asset', 'kollus', 'kaltura', 'cloudv', 'postgres'])
  })

  it('uploads a first video with curl, and reads what became of it', async () => {
    const status = JSON.parse(await paste('first-upload', {})) as { state: string; asset: { id: string } }
    expect(status.state).toBe('consumed')
    await waitUntilReady(server.url, status.asset.id)
    const asset = JSON.parse(await paste('read-asset', { ASSET: status.asset.id })) as SeenAsset
    expect(asset).toMatchObject({
      state: 'ready',
      title: 'Holiday',
      playback: { hls: expect.stringContaining('.m3u8') },
    })
  })

  it('uploads with the Kollus protocol', async () => {
    expect(JSON.parse(await paste('kollus', { KOLLUS_TOKEN: KEYS.kollus.accessToken }))).toMatchObject({ error: 0 })
    const { items } = await getJson<{ items: readonly { title: string }[] }>(`${server.url}/v1/assets?limit=1`)
    expect(items[0]?.title).toBe('Lecture 1')
  })

  it('asks for an upload token with the Kaltura protocol', async () => {
    const token = JSON.parse(await paste('kaltura', { KALTURA_SECRET: KEYS.kaltura.adminSecret })) as unknown
    expect(token).toMatchObject({ objectType: 'KalturaUploadToken', status: 0 })
  })

  it('uploads with the Cloud VoD protocol', async () => {
    const answer = await paste('cloudv', { ACCESS_KEY: KEYS.cloudv.accessKey, SECRET_KEY: KEYS.cloudv.secretKey })
    expect(Buffer.from(answer, 'base64url').toString()).toMatch(/^hash=.{28}/)
    const { items } = await getJson<{ items: readonly { id: string }[] }>(`${server.url}/v1/assets?limit=1`)
    await waitUntilReady(server.url, items[0]?.id ?? '')
  })

  it('starts on PostgreSQL with the one variable it names', async (context) => {
    const database = await freshPostgresDatabase()
    if (database === undefined) return context.skip()
    const [, variable] = /^(DATABASE_URL)=postgres:\/\/\S+ npm start$/m.exec(snippets.get('postgres') ?? '') ?? []
    expect(variable).toBe('DATABASE_URL')
    const onPostgres = await startServer({ env: { DATABASE_URL: database.url } })
    try {
      const status = JSON.parse(await paste('first-upload', { RD: onPostgres.url })) as { asset: { id: string } }
      await waitUntilReady(onPostgres.url, status.asset.id)
    } finally {
      await onPostgres.remove()
      await database.drop()
    }
  })
})
