import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findProgram } from '../../support/find-program.ts'
import { createUpload } from '../support/client.ts'
import { KEYS, type RunningServer, startServer } from '../support/start-server.ts'
import { type Answer, sendBytes } from './kill/send-bytes.ts'
import { faultOfAnswer } from './trace/durable-answer.ts'
import { parseTrace, type SystemCall } from './trace/system-call-trace.ts'
import { traced } from './trace/trace-server.ts'

const MIB = 1024 * 1024

let server: RunningServer
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reeldock-trace-'))
  server = await startServer()
})
afterAll(async () => {
  await server.remove()
  await rm(directory, { recursive: true, force: true })
})

type Case = Readonly<{
  name: string
  answer: string
  bytes: number
  /** Issues an upload; what it resolves with sends to it. */
  issue: () => Promise<() => Promise<Answer>>
}>

const SIZE = 300_000
/** The server commits a step after 32 MiB, and these are more. */
const STEP = 32 * MIB
const LARGE = 40 * MIB

const CASES: readonly Case[] = [
  {
    name: 'a whole file by PUT',
    answer: 'HTTP/1.1 200',
    bytes: SIZE,
    issue: async () => {
      const { urls } = await createUpload(server.url, { fileName: 'film.bin', sizeBytes: SIZE })
      return () => sendBytes({ method: 'PUT', url: urls.put, body: randomBytes(SIZE) })
    },
  },
  {
    name: 'a part by Content-Range',
    answer: 'HTTP/1.1 308',
    bytes: SIZE,
    issue: async () => {
      const { urls } = await createUpload(server.url, { fileName: 'film.bin' })
      const headers = { 'content-range': `bytes 0-${SIZE - 1}/*` }
      return () => sendBytes({ method: 'PUT', url: urls.put, headers, body: randomBytes(SIZE) })
    },
  },
  {
    name: 'a tus PATCH',
    answer: 'HTTP/1.1 204',
    bytes: SIZE,
    issue: async () => {
      const { urls } = await createUpload(server.url, { fileName: 'film.bin' })
      const type = 'application/offset+octet-stream'
      const headers = { 'tus-resumable': '1.0.0', 'content-type': type, 'upload-offset': '0' }
      return () => sendBytes({ method: 'PATCH', url: urls.tus, headers, body: randomBytes(SIZE) })
    },
  },
  {
    name: 'an append by IETF resumable upload',
    answer: 'HTTP/1.1 204',
    bytes: SIZE,
    issue: () => issueAppend(SIZE, '?0'),
  },
  {
    name: 'the progress in an interim response of IETF resumable upload',
    answer: 'HTTP/1.1 104',
    bytes: STEP,
    issue: () => issueAppend(LARGE, '?1'),
  },
  {
    name: 'a Kollus form',
    answer: 'HTTP/1.1 200',
    bytes: SIZE,
    issue: async () => {
      const address = `${server.url}/0/media_auth/upload/create_url.json?access_token=${KEYS.kollus.accessToken}`
      const created = await sendBytes({ method: 'POST', url: address })
      const { result } = JSON.parse(created.text) as { result: { upload_url: string } }
      const head = '--b\r\ncontent-disposition: form-data; name="upload-file"; filename="a.bin"\r\n\r\n'
      const body = Buffer.concat([Buffer.from(head), randomBytes(SIZE), Buffer.from('\r\n--b--\r\n')])
      const headers = { 'content-type': 'multipart/form-data; boundary=b' }
      return () => sendBytes({ method: 'POST', url: result.upload_url, headers, body })
    },
  },
]

async function issueAppend(bytes: number, complete: string): Promise<() => Promise<Answer>> {
  const { token } = await createUpload(server.url, { fileName: 'film.bin' })
  const headers = {
    'upload-draft-interop-version': '8',
    'content-type': 'application/partial-upload',
    'upload-offset': '0',
    'upload-complete': complete,
  }
  return () => sendBytes({ method: 'PATCH', url: `${server.url}/rufh/${token}`, headers, body: randomBytes(bytes) })
}

async function callsOf({ issue }: Case): Promise<readonly SystemCall[]> {
  const send = await issue()
  return traced(server.pid, join(directory, 'trace'), async () => {
    expect((await send()).status).toBeLessThan(400)
    // Whoever answers this has been seen answering the other.
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  })
}

describe.skipIf(findProgram('strace') === undefined)('what the system was told to do before an answer left', () => {
  it.each(CASES)('shows that $name is on stable storage first', async (each) => {
    const calls = await callsOf(each)
    expect(faultOfAnswer(calls, each)).toBeUndefined()
    // Were one of these calls missing, it would have been noticed.
    const without = (is: (call: SystemCall) => boolean) =>
      faultOfAnswer(
        calls.filter((call) => !is(call)),
        each,
      )
    expect(without(({ name, target }) => name === 'fdatasync' && target.includes('~staging/'))).toMatch(/not synced/)
    expect(without(({ name, target }) => name === 'fsync' && target.endsWith('-wal'))).toBe(
      'the database was not synced',
    )
    expect(without(({ name }) => name.startsWith('pwrite'))).toMatch(/bytes were written/)
  })
})

describe('a trace', () => {
  it('is read in the order in which calls began and ended, whoever made them', () => {
    const trace = [
      '11  fdatasync(27</d/~staging/5d/upl_1> <unfinished ...>',
      '10  pwrite64(22</d/reeldock.db-wal>, "\\0\\0"..., 24, 346112) = 24',
      '11  <... fdatasync resumed>)            = 0',
      '10  write(26<TCP:[127.0.0.1:1->127.0.0.1:2]>, "HTTP/1.1 200 OK\\r\\n"..., 631) = 631',
      '11  fsync(28</d/~staging/5d>)         = -1 EIO (Input/output error)',
    ].join('\n')
    expect(
      parseTrace(trace).map(({ name, target, result, startedAt, endedAt }) => [
        name,
        target,
        result,
        startedAt,
        endedAt,
      ]),
    ).toEqual([
      ['pwrite64', '/d/reeldock.db-wal', 24, 1, 1],
      ['fdatasync', '/d/~staging/5d/upl_1', 0, 0, 2],
      ['write', 'TCP:[127.0.0.1:1->127.0.0.1:2]', 631, 3, 3],
      ['fsync', '/d/~staging/5d', -1, 4, 4],
    ])
  })
})
