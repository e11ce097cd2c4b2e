import { randomBytes } from 'node:crypto'
import { glob, stat } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Upload } from '../../../src/core/uploads/upload.ts'
import type { RawResponse } from './raw-http.ts'
import { base64, startTusApp, type TusApp } from './tus-app.ts'

let app: TusApp
beforeAll(async () => {
  app = await startTusApp({ limits: { headroomBytes: 0 } })
})
afterAll(() => app.close())

/** The parts of one file; by an upload token's holder, so that no other test's parts come between. */
type Parts = Readonly<{
  token: string
  final: string
  paths: readonly string[]
  file: Buffer
  slices: readonly Buffer[]
}>

async function announce(sizes: readonly number[], wanted: Parameters<TusApp['issue']>[0] = {}): Promise<Parts> {
  const { token, path } = await app.issue(wanted)
  const slices = sizes.map((size) => randomBytes(size))
  const paths: string[] = []
  for (const size of sizes) {
    paths.push(
      await app.create({ authorization: `Bearer ${token}`, 'upload-concat': 'partial', 'upload-length': `${size}` }),
    )
  }
  return { token, final: path, paths, file: Buffer.concat(slices), slices }
}

function join(token: string, paths: readonly string[], headers: Record<string, string> = {}): Promise<RawResponse> {
  const concat = { authorization: `Bearer ${token}`, 'upload-concat': `final;${paths.join(' ')}` }
  return app.tus({ method: 'POST', path: '/tus', headers: { ...concat, ...headers }, body: '' })
}

async function sendAll({ paths, slices }: Parts): Promise<void> {
  await Promise.all(paths.map((path, i) => app.patch(path, 0, slices[i] ?? '')))
}

const finished = (path: string): Promise<Upload> =>
  vi.waitFor(
    async () => {
      const upload = await app.upload(path)
      expect(upload.state).toBe('consumed')
      return upload
    },
    { timeout: 30_000 },
  )

const part = (headers: Record<string, string> = {}) =>
  app.create({ 'upload-concat': 'partial', 'upload-length': '5', ...headers })

describe('a part', () => {
  it('is an upload like any other, and says that it is a part', async () => {
    const metadata = `piece ${base64('1')}`
    const path = await part({ 'upload-metadata': metadata })
    await app.patch(path, 0, 'hel')
    expect((await app.head(path)).headers).toMatchObject({
      'upload-concat': 'partial',
      'upload-offset': '3',
      'upload-length': '5',
      'upload-metadata': metadata,
    })
    await app.patch(path, 3, 'lo')
    expect((await app.head(path)).headers['upload-offset']).toBe('5')
    expect(await app.content(path)).toEqual(Buffer.from('hello'))
  })

  it('is processed by nobody, listed nowhere and announced to nobody', async () => {
    const { work } = app.infrastructure
    const projectId = (await app.upload(await part())).projectId
    const path = await part()
    await app.patch(path, 0, 'hello')
    const { id, state, assetId } = await app.upload(path)
    expect({ state, assetId }).toEqual({ state: 'receiving', assetId: undefined })
    const listed = await app.services.uploads.list(projectId, { states: [] }, { limit: 500 })
    expect(listed.map((upload) => upload.id)).not.toContain(id)
    const events = await work.read.outbox.list(projectId, 500)
    expect(JSON.stringify(events)).not.toContain(id)
    await expect(app.services.uploads.get(projectId, id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('takes nothing by a transport that does not know of parts', async () => {
    const path = await part()
    await expect(app.services.uploads.authorize(path.slice('/tus/rdu_'.length))).rejects.toMatchObject({
      code: 'token_invalid',
    })
  })

  it.each(['final', 'final;', 'final;  ', 'partial;x', 'something'])('is not created by "%s"', async (concat) => {
    const headers = { 'upload-concat': concat, 'upload-length': '5' }
    expect((await app.tus({ method: 'POST', path: '/tus', headers, body: '' })).status).toBe(400)
  })

  it('writes only into its own place, however much it is sent', async () => {
    const parts = await announce([5, 5])
    const [first = '', second = ''] = parts.paths
    await app.patch(second, 0, 'world')
    expect((await app.patch(first, 0, 'hello!')).status).toBe(400)
    const headers = { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' }
    expect((await app.tus({ method: 'PATCH', path: first, headers, chunks: ['hell', 'o world'] })).status).toBe(400)
    expect(await app.content(second)).toEqual(Buffer.from('world'))
  })
})

describe('parts announced in the order of the file', () => {
  it('become the file without a byte being copied', async () => {
    const parts = await announce([300_000, 300_000, 300_000, 300_001])
    await sendAll(parts)
    const shared = await app.upload(parts.paths[2] ?? '')
    const staged = await inodeOf(shared)
    const answer = await join(parts.token, parts.paths)
    expect(answer).toMatchObject({ status: 201, headers: { location: `${app.url}${parts.final}` } })
    const upload = await app.upload(parts.final)
    expect(upload).toMatchObject({ state: 'consumed', sizeBytes: parts.file.length })
    // The very file that the parts were written to.
    expect(await inodeOf(upload)).toBe(staged)
    expect(await app.content(parts.final)).toEqual(parts.file)
    expect((await app.head(parts.final)).headers).toMatchObject({
      'upload-offset': String(parts.file.length),
      'upload-length': String(parts.file.length),
      'upload-concat': `final;${parts.paths.join(' ')}`,
    })
  })

  it('may be sent in any order, in pieces and again after a break', async () => {
    const parts = await announce([1_000, 1_000, 1_003])
    const [a = '', b = '', c = ''] = parts.paths
    await app.patch(c, 0, parts.slices[2]?.subarray(0, 7) ?? '')
    await app.patch(a, 0, parts.slices[0] ?? '')
    await app.patch(c, 7, parts.slices[2]?.subarray(7) ?? '')
    const broken = await app.begin(b, 0, 1_000, parts.slices[1]?.subarray(0, 500) ?? '')
    await expect.poll(async () => app.services.uploads.live(await app.upload(b)).sentBytes).toBe(500)
    broken.destroy()
    expect((await app.head(b)).headers['upload-offset']).toBe('500')
    await app.patch(b, 500, parts.slices[1]?.subarray(500) ?? '')
    await join(parts.token, parts.paths)
    expect(await app.content(parts.final)).toEqual(parts.file)
  })

  it('of unequal sizes are laid out for the holder of an upload token as well', async () => {
    const parts = await announce([10, 500, 1, 0, 77])
    await sendAll(parts)
    await join(parts.token, parts.paths)
    expect((await app.upload(parts.final)).state).toBe('consumed')
    expect(await app.content(parts.final)).toEqual(parts.file)
  })

  it('of two files that a project sends at the same time go to a file each', async () => {
    const create = (size: number) => part({ 'upload-length': String(size) })
    const paths = [await create(100), await create(200), await create(100), await create(200), await create(101)]
    const [a1 = '', b1 = '', a2 = '', b2 = '', a3 = ''] = paths
    const bytes = new Map(paths.map((path, i) => [path, randomBytes([100, 200, 100, 200, 101][i] ?? 0)]))
    for (const [path, slice] of bytes) await app.patch(path, 0, slice)
    for (const file of [
      [a1, a2, a3],
      [b1, b2],
    ]) {
      const answer = await join(app.keys.apiKey, file)
      const final = new URL(answer.headers['location'] ?? '').pathname
      expect((await app.upload(final)).state).toBe('consumed')
      expect(await app.content(final)).toEqual(Buffer.concat(file.map((path) => bytes.get(path) ?? Buffer.alloc(0))))
    }
  })
})

describe('parts that lie in another order', () => {
  it('are copied together after the answer, and the offset shows when that is done', async () => {
    const parts = await announce([300_000, 300_000, 300_001])
    await sendAll(parts)
    const order = [1, 2, 0]
    const paths = order.map((i) => parts.paths[i] ?? '')
    expect((await join(parts.token, paths)).status).toBe(201)
    await finished(parts.final)
    expect(await app.content(parts.final)).toEqual(Buffer.concat(order.map((i) => parts.slices[i] ?? Buffer.alloc(0))))
    expect((await app.head(parts.final)).headers['upload-offset']).toBe(String(parts.file.length))
  })

  it('are copied however small they are', async () => {
    const parts = await announce([5, 5, 5], { policy: { minChunkBytes: 5 } })
    await sendAll(parts)
    const paths = parts.paths.toReversed()
    await join(parts.token, paths)
    await finished(parts.final)
    expect(await app.content(parts.final)).toEqual(Buffer.concat(parts.slices.toReversed()))
  })

  it('are copied when the same part comes twice', async () => {
    const parts = await announce([5])
    await sendAll(parts)
    const [path = ''] = parts.paths
    await join(parts.token, [path, path])
    await finished(parts.final)
    expect(await app.content(parts.final)).toEqual(Buffer.concat([parts.file, parts.file]))
  })

  it('are copied when one of the file they lie in was left out', async () => {
    const parts = await announce([5, 5, 5])
    await sendAll(parts)
    const [a = '', , c = ''] = parts.paths
    await join(parts.token, [a, c])
    await finished(parts.final)
    expect(await app.content(parts.final)).toEqual(
      Buffer.concat([parts.slices[0] ?? '', parts.slices[2] ?? ''].map((s) => Buffer.from(s))),
    )
  })

  it('are copied when the file they lie in goes on with a part that nobody named yet', async () => {
    const parts = await announce([5, 5, 5])
    const [a = '', b = '', c = ''] = parts.paths
    for (const [i, path] of [a, b].entries()) await app.patch(path, 0, parts.slices[i] ?? '')
    const shared = await inodeOf(await app.upload(c))
    await join(parts.token, [a, b])
    const upload = await finished(parts.final)
    expect(await inodeOf(upload)).not.toBe(shared)
    // It is still sent, and must not end up in what is finished.
    expect((await app.patch(c, 0, parts.slices[2] ?? '')).status).toBe(204)
    expect(await app.content(parts.final)).toEqual(parts.file.subarray(0, 10))
    expect(await app.content(c)).toEqual(parts.slices[2])
  })

  it('are copied when their lengths were not known at first', async () => {
    const { token, path: final } = await app.issue()
    const deferred = { authorization: `Bearer ${token}`, 'upload-concat': 'partial', 'upload-defer-length': '1' }
    const [a, b] = [await app.create(deferred), await app.create(deferred)]
    await app.patch(a, 0, 'hello', { 'upload-length': '5' })
    await app.patch(b, 0, ' world', { 'upload-length': '6' })
    await join(token, [a, b])
    await finished(final)
    expect(await app.content(final)).toEqual(Buffer.from('hello world'))
  })

  it('are joined by the sweeper when the process died before', async () => {
    const parts = await announce([5, 5])
    await sendAll(parts)
    const ids = await Promise.all(parts.paths.toReversed().map(async (path) => (await app.upload(path)).id))
    const { id } = await app.upload(parts.final)
    // What the request does, up to the copy.
    expect(await app.services.uploads.joinParts(id, ids)).toBe('scattered')
    expect((await app.head(parts.final)).headers).not.toHaveProperty('upload-offset')
    expect(await app.services.uploads.settleParts(id)).toBe('scattered')
    await app.services.uploads.copyParts(id)
    expect(await app.content(parts.final)).toEqual(Buffer.concat(parts.slices.toReversed()))
  })
})

describe('concatenation-unfinished', () => {
  it.each([
    ['in the order of the file', [0, 1]],
    ['in another order', [1, 0]],
  ])('joins parts that are on their way once they are whole: %s', async (_, order) => {
    const parts = await announce([300_000, 300_000])
    const [a = '', b = ''] = parts.paths
    await app.patch(a, 0, parts.slices[0] ?? '')
    const answer = await join(
      parts.token,
      order.map((i) => parts.paths[i] ?? ''),
    )
    expect(answer.status).toBe(201)
    const waiting = await app.head(parts.final)
    expect(waiting).toMatchObject({ status: 200, headers: { 'upload-length': '600000' } })
    expect(waiting.headers).not.toHaveProperty('upload-offset')
    expect((await app.head(b)).headers).toMatchObject({ 'upload-offset': '0', 'upload-concat': 'partial' })
    await app.patch(b, 0, parts.slices[1]?.subarray(0, 100_000) ?? '')
    expect((await app.head(parts.final)).headers).not.toHaveProperty('upload-offset')
    await app.patch(b, 100_000, parts.slices[1]?.subarray(100_000) ?? '')
    await finished(parts.final)
    expect((await app.head(parts.final)).headers['upload-offset']).toBe('600000')
    expect(await app.content(parts.final)).toEqual(Buffer.concat(order.map((i) => parts.slices[i] ?? Buffer.alloc(0))))
  })

  it('knows no length before its parts have theirs', async () => {
    const { token, path: final } = await app.issue()
    const deferred = { authorization: `Bearer ${token}`, 'upload-concat': 'partial', 'upload-defer-length': '1' }
    const path = await app.create(deferred)
    await join(token, [path])
    const waiting = await app.head(final)
    expect(waiting.headers).not.toHaveProperty('upload-length')
    expect(waiting.headers).not.toHaveProperty('upload-defer-length')
    await app.patch(path, 0, 'hello', { 'upload-length': '5' })
    await finished(final)
    expect((await app.head(final)).headers).toMatchObject({ 'upload-length': '5', 'upload-offset': '5' })
  })
})

describe('a final upload', () => {
  it('of a project gets metadata of its own and none of its parts', async () => {
    const metadata = `filename ${base64('whole.mp4')}`
    const path = await part({ 'upload-metadata': `filename ${base64('piece.bin')}` })
    await app.patch(path, 0, 'hello')
    const answer = await join(app.keys.apiKey, [`${app.url}${path}`], { 'upload-metadata': metadata })
    const final = new URL(answer.headers['location'] ?? '').pathname
    expect((await app.upload(final)).fileName).toBe('whole.mp4')
    expect((await app.head(final)).headers).toMatchObject({
      'upload-metadata': metadata,
      'upload-concat': `final;${app.url}${path}`,
    })
    const bare = await part()
    await app.patch(bare, 0, 'hello')
    const plain = await join(app.keys.apiKey, [bare])
    const head = await app.head(new URL(plain.headers['location'] ?? '').pathname)
    expect(head.headers).not.toHaveProperty('upload-metadata')
  })

  it.each(['token', 'project'])('is the same one when the request is repeated, for a %s', async (who) => {
    const parts = await announce([5, 5])
    await sendAll(parts)
    const mine = who === 'token' ? parts.paths : [await part(), await part()]
    if (who === 'project') for (const path of mine) await app.patch(path, 0, 'hello')
    const credential = who === 'token' ? parts.token : app.keys.apiKey
    const answers = [
      ...(await Promise.all([join(credential, mine), join(credential, mine)])),
      await join(credential, mine),
    ]
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201])
    expect(new Set(answers.map((answer) => answer.headers['location'])).size).toBe(1)
    await finished(new URL(answers[0]?.headers['location'] ?? '').pathname)
  })

  it('takes no bytes, and neither do its parts any more', async () => {
    const parts = await announce([5, 5])
    const [a = '', b = ''] = parts.paths
    await app.patch(a, 0, 'hello')
    await join(parts.token, parts.paths)
    expect((await app.patch(parts.final, 0, 'x')).status).toBe(403)
    const creation = { authorization: `Bearer ${parts.token}`, 'upload-length': '10' }
    expect((await app.tus({ method: 'POST', path: '/tus', headers: creation, body: '' })).status).toBe(403)
    await app.patch(b, 0, 'world')
    await finished(parts.final)
    expect((await app.patch(parts.final, 10, '')).status).toBe(403)
    expect((await app.patch(a, 0, 'HELLO')).status).toBe(409)
    expect((await app.head(a)).headers).toMatchObject({ 'upload-offset': '5', 'upload-concat': 'partial' })
    expect(await app.content(parts.final)).toEqual(Buffer.from('helloworld'))
  })

  it('takes no length and no body with its creation', async () => {
    const path = await part()
    expect((await join(app.keys.apiKey, [path], { 'upload-length': '5' })).status).toBe(400)
    const headers = { 'upload-concat': `final;${path}`, 'content-type': 'application/offset+octet-stream' }
    expect((await app.tus({ method: 'POST', path: '/tus', headers, body: 'hello' })).status).toBe(400)
  })

  it('is not made of what is no part, of strangers, or of nothing', async () => {
    const whole = await app.create({ 'upload-length': '5' })
    const foreign = await part({ authorization: `Bearer ${app.foreignKey}` })
    const ended = await part()
    await app.tus({ method: 'DELETE', path: ended })
    const list = async () =>
      app.services.uploads.list((await app.upload(whole)).projectId, { states: [] }, { limit: 500 })
    const before = await list()
    expect((await join(app.keys.apiKey, [whole])).status).toBe(400)
    expect((await join(app.keys.apiKey, [foreign])).status).toBe(404)
    expect((await join(app.keys.apiKey, [ended])).status).toBe(404)
    expect((await join(app.keys.apiKey, [`/tus/rdu_${'B'.repeat(43)}`])).status).toBe(404)
    expect((await join(app.keys.apiKey, ['https://elsewhere.example/files/a'])).status).toBe(400)
    expect((await list()).filter(({ state }) => state !== 'deleted')).toHaveLength(before.length)
  })

  it('does not take a part that belongs to another one', async () => {
    const mine = await announce([5])
    const theirs = await announce([5])
    expect((await join(theirs.token, mine.paths)).status).toBe(403)
    await sendAll(mine)
    await join(mine.token, mine.paths)
    await finished(mine.final)
    expect((await join(theirs.token, mine.paths)).status).toBe(403)
    expect(await app.content(mine.final)).toEqual(mine.file)
  })

  it('does not exceed what its token allows, by whoever made the parts', async () => {
    const { token } = await app.issue({ policy: { maxSizeBytes: 7 } })
    const paths = [await part(), await part()]
    for (const path of paths) await app.patch(path, 0, 'hello')
    expect((await join(token, paths)).status).toBe(413)
  })

  it('must have the digest that its token demands', async () => {
    const digest = { algorithm: 'sha256', hex: '0'.repeat(64) } as const
    const parts = await announce([5, 5], { policy: { digest } })
    await sendAll(parts)
    expect((await join(parts.token, parts.paths)).status).toBe(460)
    expect((await app.upload(parts.final)).state).toBe('receiving')
    const head = await app.head(parts.final)
    expect(head).toMatchObject({ status: 200, headers: { 'upload-length': '10' } })
    expect(head.headers).not.toHaveProperty('upload-offset')
  })

  it('must be of a type that its token allows', async () => {
    const parts = await announce([5_000, 5_000], { policy: { allowedTypes: ['video/mp4'] } })
    await sendAll(parts)
    expect((await join(parts.token, parts.paths)).status).toBe(415)
    expect((await app.upload(parts.final)).state).toBe('receiving')
  })

  it('leaves its parts to another one when it is terminated before it is whole', async () => {
    const [a, b] = [await part(), await part()]
    await app.patch(a, 0, 'hello')
    const first = new URL((await join(app.keys.apiKey, [a, b])).headers['location'] ?? '').pathname
    expect((await app.tus({ method: 'DELETE', path: first })).status).toBe(204)
    await app.patch(b, 0, 'world')
    const second = new URL((await join(app.keys.apiKey, [b, a])).headers['location'] ?? '').pathname
    await finished(second)
    expect(await app.content(second)).toEqual(Buffer.from('worldhello'))
  })
})

describe('the parts of a token', () => {
  const announcing = (token: string, headers: Record<string, string>) =>
    app.tus({
      method: 'POST',
      path: '/tus',
      headers: { authorization: `Bearer ${token}`, 'upload-concat': 'partial', ...headers },
      body: '',
    })
  const sized = (token: string, size: number) => announcing(token, { 'upload-length': String(size) })

  it.each([
    ['its byte limit', { policy: { maxSizeBytes: 1_000 } }],
    ['the declared size', { sizeBytes: 1_000 }],
  ])('may not exceed %s together', async (_, wanted) => {
    const { token } = await app.issue(wanted)
    const first = await sized(token, 600)
    expect((await sized(token, 600)).status).toBe(413)
    expect((await sized(token, 400)).status).toBe(201)
    expect((await app.head(new URL(first.headers['location'] ?? '').pathname)).status).toBe(200)
  })

  it('may not exceed its byte limit together when their lengths are not known either', async () => {
    const { token } = await app.issue({ policy: { maxSizeBytes: 1_000 } })
    const paths: string[] = []
    for (let i = 0; i < 6; i += 1) {
      const answer = await announcing(token, { 'upload-defer-length': '1' })
      expect(answer.status).toBe(201)
      paths.push(new URL(answer.headers['location'] ?? '').pathname)
    }
    let stored = 0
    for (const path of paths) {
      const { policy } = await app.upload(path)
      stored += policy.maxSizeBytes
      expect((await app.patch(path, 0, Buffer.alloc(policy.maxSizeBytes + 1))).status).toBe(413)
    }
    expect(stored).toBeLessThanOrEqual(1_000)
  })

  it('are replaced when their sender begins anew, at once or later', async () => {
    const { token, path: final } = await app.issue({ sizeBytes: 1_000 })
    const first = [await sized(token, 500), await sized(token, 500)]
    const firstPaths = first.map(({ headers }) => new URL(headers['location'] ?? '').pathname)
    await app.patch(firstPaths[0] ?? '', 0, randomBytes(500))
    const { key } = (await app.upload(firstPaths[0] ?? '')).staging
    // As a page does that was reloaded and forgot: all of its parts again, in one breath.
    const again = await Promise.all([sized(token, 500), sized(token, 500)])
    expect(again.map(({ status }) => status)).toEqual([201, 201])
    for (const path of firstPaths) expect((await app.head(path)).status).toBe(404)
    expect(await stagedKeys()).not.toContain(key)
    const paths = again.map(({ headers }) => new URL(headers['location'] ?? '').pathname)
    const slices = [randomBytes(500), randomBytes(500)]
    for (const [i, path] of paths.entries()) await app.patch(path, 0, slices[i] ?? '')
    await join(token, paths)
    await finished(final)
    expect(await app.content(final)).toEqual(Buffer.concat(slices))
  })

  it('are no more once its upload is whole, or has bytes of its own', async () => {
    const { token, path } = await app.issue({ sizeBytes: 10 })
    await app.patch(path, 0, 'hello')
    expect((await sized(token, 5)).status).toBe(403)
    await app.patch(path, 5, 'world')
    expect((await sized(token, 5)).status).toBe(403)
    const parts = await announce([5])
    await sendAll(parts)
    await join(parts.token, parts.paths)
    expect((await sized(parts.token, 5)).status).toBe(403)
  })
})

describe('terminating', () => {
  it('the last of the parts frees the file that they share', async () => {
    const parts = await announce([50_000, 50_000])
    await sendAll(parts)
    const [a = '', b = ''] = parts.paths
    const { key } = (await app.upload(a)).staging
    await app.tus({ method: 'DELETE', path: a })
    expect((await app.head(a)).status).toBe(404)
    expect(await stagedKeys()).toContain(key)
    await app.tus({ method: 'DELETE', path: b })
    expect(await stagedKeys()).not.toContain(key)
  })

  it('a part makes the next ones begin a new file', async () => {
    const parts = await announce([5, 5])
    for (const path of parts.paths) await app.tus({ method: 'DELETE', path })
    const authorization = `Bearer ${parts.token}`
    const again = await app.create({ authorization, 'upload-concat': 'partial', 'upload-length': '5' })
    await app.patch(again, 0, 'hello')
    await join(parts.token, [again])
    expect((await app.upload(parts.final)).state).toBe('consumed')
    expect(await app.content(parts.final)).toEqual(Buffer.from('hello'))
  })
})

async function stagedKeys(): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of app.infrastructure.staging.list()) keys.push(key)
  return keys
}

/** Of the staged file, found by its name wherever the store keeps it. */
async function inodeOf({ staging }: Upload): Promise<number> {
  const root = app.infrastructure.blobs.directory
  for await (const path of glob(`${root}/~staging/*/${staging.key}`)) return (await stat(path)).ino
  throw new Error(`${staging.key} is not staged`)
}
