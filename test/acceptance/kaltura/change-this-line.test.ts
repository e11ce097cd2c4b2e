import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSnippets } from '../support/snippets.ts'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const DOCUMENT = join(ROOT, 'docs', 'dialects', 'kaltura.md')
const { partnerId, adminSecret } = KEYS.kaltura
/** What stands for the server in the document. */
const HOST = 'https://video.example'
const CALLS = ['media.add', 'uploadToken.add', 'uploadToken.upload', 'media.addContent']

let server: RunningServer
let directory: string
let file: string
let programs: ReadonlyMap<string, string>

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-kaltura-'))
  file = join(directory, 'lecture.mp4')
  await writeFile(file, 'a film')
  programs = await readSnippets(DOCUMENT)
  server = await startServer()
})

afterAll(async () => {
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

const programOf = (name: string): string => programs.get(name) ?? ''

/** A session as these clients make it themselves: version 1. */
function localSession(): string {
  const expiry = Math.floor(Date.now() / 1000) + 86_400
  const info = `${partnerId};${partnerId};${expiry};2;3044;ann;`
  const signature = createHash('sha1').update(`${adminSecret}${info}`).digest('hex')
  return Buffer.from(`${signature}|${info}`).toString('base64')
}

describe('the programs in the document', () => {
  it('are one for each client', () => {
    expect([...programs.keys()]).toEqual(['node', 'php', 'python'])
    for (const program of programs.values()) expect(program.match(new RegExp(HOST, 'g'))).toHaveLength(1)
  })

  it('upload with the Node client', async () => {
    const program = join(directory, 'upload.cjs')
    await writeFile(program, programOf('node').replace(HOST, server.url))
    const env = {
      PATH: process.env['PATH'],
      NODE_PATH: join(ROOT, 'node_modules'),
      ADMIN_SECRET: adminSecret,
      PARTNER_ID: String(partnerId),
      FILE: file,
    }
    const { stdout } = await promisify(execFile)(process.execPath, [program], { env })
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^0_[0-9a-z]{8} 1$/)
  })

  /** How these clients put their calls on the wire; captured from them. */
  const CLIENTS = [
    {
      name: 'php',
      line: /setServiceUrl\('(.*)'\)/,
      calls: /->get(\w+)Service\(\)->(\w+)\(/g,
      accept: 'application/xml',
      words: { format: '2', ignoreNull: true, clientTag: 'php5:26-05-23', apiVersion: '22.20.0' },
      flags: { resume: false, finalChunk: true },
      fileType: 'application/octet-stream',
    },
    {
      name: 'python',
      line: /serviceUrl = '(.*)'/,
      calls: /client\.(\w+)\.(\w+)\(/g,
      accept: 'text/xml',
      words: { clientTag: 'python-26-07-18', apiVersion: '23.3.0', format: '2' },
      flags: { resume: 'False', finalChunk: 'True' },
      fileType: 'video/mp4',
    },
  ] as const

  it.each(CLIENTS)('upload with the requests of the $name client', async (client) => {
    const program = programOf(client.name)
    const calls = [...program.matchAll(client.calls)].map(([, service = '', action = '']) => [service, action] as const)
    const named = calls.map(([service, action]) => `${service.charAt(0).toLowerCase()}${service.slice(1)}.${action}`)
    expect(named).toEqual(CALLS)
    const url = (client.line.exec(program)?.[1] ?? '').replace(HOST, server.url)
    const words = { ...client.words, ks: localSession(), kalsig: '0'.repeat(32) }

    const send = async (action: string, contentType: string, body: string): Promise<(name: string) => string> => {
      const [service = '', name = ''] = action.split('.')
      const response = await fetch(`${url}/api_v3/service/${service.toLowerCase()}/action/${name}`, {
        method: 'POST',
        headers: { accept: client.accept, 'content-type': contentType },
        body,
      })
      expect(response.status).toBe(200)
      const xml = await response.text()
      return (element) => new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1] ?? xml
    }
    const call = (action: string, parameters: object) =>
      send(action, 'application/json', JSON.stringify({ ...parameters, ...words }))

    const entry = await call('media.add', {
      entry: { objectType: 'KalturaMediaEntry', name: 'Lecture', mediaType: '1' },
    })
    expect(entry('status')).toBe('7')
    const token = await call('uploadToken.add', { uploadToken: { objectType: 'KalturaUploadToken' } })
    const json = JSON.stringify({ ...words, uploadTokenId: token('id'), ...client.flags, resumeAt: '-1' })
    const form =
      `--b1\r\nContent-Disposition: form-data; name="json"\r\n\r\n${json}\r\n` +
      `--b1\r\nContent-Disposition: form-data; name="fileData"; filename="${file}"\r\n` +
      `Content-Type: ${client.fileType}\r\n\r\na film\r\n--b1--\r\n`
    const uploaded = await send('uploadToken.upload', 'multipart/form-data; boundary=b1', form)
    expect([uploaded('status'), uploaded('fileName'), uploaded('uploadedFileSize')]).toEqual(['2', 'lecture.mp4', '6'])
    const resource = { objectType: 'KalturaUploadedFileTokenResource', token: token('id') }
    const added = await call('media.addContent', { entryId: entry('id'), resource })
    expect([added('id'), added('status')]).toEqual([entry('id'), '1'])
  })
})
