import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  type Answer,
  BUCKET,
  type CloudvApp,
  etagOf,
  exchange,
  MIB,
  type Sent,
  signedToken,
  startCloudvApp,
} from './cloudv-app.ts'

/** Three blocks: 4 MiB, 4 MiB, 1 MiB. */
const CONTENT = randomBytes(9 * MIB)
const BLOCK = 4 * MIB
const LATER = 4_102_444_800_000

let app: CloudvApp
let serial = 0

beforeAll(async () => {
  app = await startCloudvApp()
})
afterAll(async () => app.close())

const newKey = (): string => `video/a b ${++serial}.mp4`
const b64 = (text: string): string => Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
const tokenFor = (key: string | undefined, more: Readonly<Record<string, unknown>> = {}): string =>
  signedToken({ scope: key === undefined ? BUCKET : `${BUCKET}:${key}`, deadline: String(LATER), ...more })

type Ctx = Readonly<{ ctx: string; checksum: string; crc32: number; offset: number }>
type Headers = Readonly<Record<string, string>>

const post = (path: string, headers: Headers, body: Sent['body'] = ''): Promise<Answer> =>
  exchange(app.url, path, { headers, body })

/** Sends a chunk and holds the answer's sums against its bytes. */
async function chunk(path: string, headers: Headers, bytes: Buffer, offset = bytes.length): Promise<string> {
  const answer = await post(path, headers, bytes)
  expect(answer.status, answer.body).toBe(200)
  const { ctx, ...sums } = JSON.parse(answer.body) as Ctx
  expect(ctx).toMatch(/^[A-Za-z0-9_-]+$/)
  expect(sums).toEqual({ checksum: createHash('md5').update(bytes).digest('hex'), crc32: crc32(bytes), offset })
  return ctx
}

async function expectMade(answer: Answer, key: string, content = CONTENT): Promise<void> {
  expect(answer.status, answer.body).toBe(200)
  expect(JSON.parse(answer.body)).toEqual({ hash: etagOf(content), key })
  expect((await app.stored(key))?.content.equals(content)).toBe(true)
}

const slice = (order: number, content = CONTENT, blockBytes = BLOCK): Buffer =>
  content.subarray(order * blockBytes, Math.min(content.length, (order + 1) * blockBytes))

/** Whole blocks, one request each, in this order of sending; the list is in the order of the file. */
async function sendBlocks(orders: readonly number[], headers: Headers, content = CONTENT, blockBytes = BLOCK) {
  const list: string[] = []
  for (const order of orders) {
    const bytes = slice(order, content, blockBytes)
    list[order] = await chunk(`/mkblk/${bytes.length}/${order}`, headers, bytes)
  }
  return list
}

/** As recorded from the unmodified clients. */
const CLIENTS: Readonly<Record<string, (key: string) => Promise<Answer>>> = {
  Node: async (key) => {
    const headers = { authorization: tokenFor(key), uploadbatch: b64('wcs-nodejs-sdk1795166846051'), key: b64(key) }
    const list = await sendBlocks([0, 1, 2], { ...headers, 'content-type': 'application/octet-stream' })
    const last = { ...headers, 'content-type': 'text/plain', mimetype: 'video/mp4', deadline: '3' }
    return post(`/mkfile/${CONTENT.length}/x:id/Nw==`, last, list.join(','))
  },
  'the browser, all blocks at once': async (key) => {
    const headers = {
      authorization: `UpToken ${tokenFor(key)}`,
      uploadBatch: '9315546e-da1d-46ed-988f-98e6e7c5a3dd',
      Key: b64(key),
      origin: 'https://cms.example',
      'content-type': 'text/plain;charset=UTF-8',
    }
    const send = (order: number): Promise<string> =>
      chunk(`/mkblk/${slice(order).length}/${order}?chunk=${order}&chunks=3`, headers, slice(order))
    const list = await Promise.all([2, 0, 1].map(send))
    return post(
      `/mkfile/${CONTENT.length}`,
      { ...headers, MimeType: 'video/mp4' },
      [list[1], list[2], list[0]].join(','),
    )
  },
  'Python, chunks of 2 MiB': async (key) => {
    const headers = { authorization: tokenFor(key), uploadBatch: 'k3J9'.repeat(8) }
    const list: string[] = []
    for (const order of [0, 1, 2]) {
      const bytes = slice(order)
      const half = 2 * MIB
      let ctx = await chunk(`/mkblk/${bytes.length}/${order}`, headers, bytes.subarray(0, half))
      if (bytes.length > half) ctx = await chunk(`/bput/${ctx}/${half}`, headers, bytes.subarray(half), bytes.length)
      list.push(ctx)
    }
    return post(`/mkfile/${CONTENT.length}`, headers, `${list.join(',')}\n`)
  },
  'PHP, last block first, a contradicting Key, a slash at the end': async (key) => {
    const headers = { authorization: tokenFor(key), uploadBatch: '6b00115d5bae2', expect: '100-Continue' }
    const half = 2 * MIB
    const list: string[] = []
    for (const order of [2, 1, 0]) {
      const bytes = slice(order)
      list[order] = await chunk(`/mkblk/${bytes.length}/${order}`, headers, bytes.subarray(0, half))
    }
    for (const order of [1, 0]) {
      const bytes = slice(order)
      list[order] = await chunk(`/bput/${list[order]}/${half}`, headers, bytes.subarray(half), bytes.length)
    }
    return post(`/mkfile/${CONTENT.length}/`, { ...headers, key: b64('local.mp4') }, list.join(','))
  },
  'Java, another token at the end, chunks of 256 KiB': async (key) => {
    const headers = {
      authorization: `UpToken ${tokenFor(key)}`,
      uploadBatch: 'JAVA-SDK-3f1c',
      'encryption-type': 'SHA-1',
    }
    const list: string[] = []
    for (const order of [1, 0, 2]) {
      const bytes = slice(order)
      let ctx = ''
      for (let at = 0; at < bytes.length; at += MIB / 4) {
        const path = at === 0 ? `/mkblk/${bytes.length}/${order}` : `/bput/${ctx}/${at}`
        ctx = await chunk(path, headers, bytes.subarray(at, at + MIB / 4), at + MIB / 4)
      }
      list[order] = ctx
    }
    const fresh = `UpToken ${tokenFor(key, { deadline: String(LATER + 1), overwrite: 0 })}`
    const type = 'text/plain; charset=ISO-8859-1'
    return post(
      `/mkfile/${CONTENT.length}/key/${b64(key)}`,
      { ...headers, authorization: fresh, 'content-type': type },
      list.join(','),
    )
  },
  'Java with a token for the bucket, which names the key at the end only': async (key) => {
    const headers = { authorization: `UpToken ${tokenFor(undefined)}`, uploadBatch: 'JAVA-SDK-77aa' }
    const list = await sendBlocks([2, 1, 0], headers)
    return post(`/mkfile/${CONTENT.length}/x:a/Nw==/key/${b64(key)}`, headers, list.join(','))
  },
  'Go, a first chunk of 1024 bytes': async (key) => {
    const headers = { authorization: tokenFor(key), Uploadbatch: '0b5a4c1e-5a0c-4b62-8f5b-1f6f3f4f8b11', Key: b64(key) }
    const list: string[] = []
    for (const order of [0, 1, 2]) {
      const bytes = slice(order)
      const first = await chunk(`/mkblk/${bytes.length}/${order}`, headers, bytes.subarray(0, 1_024))
      list.push(await chunk(`/bput/${first}/1024`, headers, bytes.subarray(1_024), bytes.length))
    }
    return post(`/mkfile/${CONTENT.length}`, headers, list.join(','))
  },
  'plupload, which numbers its blocks in the query and begins a new batch after a reload': async (key) => {
    const headers = { authorization: `UpToken ${tokenFor(key)}` }
    const list: string[] = []
    for (const order of [0, 1, 2]) {
      const bytes = slice(order)
      const batch = order < 2 ? 'o_1h2before' : 'o_1h2after'
      const path = `/mkblk/${bytes.length}?name=a.mp4&chunk=${order}&chunks=3`
      list.push(await chunk(path, { ...headers, uploadBatch: batch }, bytes))
    }
    return post(`/mkfile/${CONTENT.length}/key/${b64(key)}`, headers, list.join(','))
  },
  'a client without batch, key and numbers': async (key) => {
    const headers = { authorization: tokenFor(undefined) }
    const list: string[] = []
    for (const order of [2, 0, 1]) list[order] = await chunk(`/mkblk/${slice(order).length}`, headers, slice(order))
    return post(`/mkfile/${CONTENT.length}/key/${b64(key)}`, headers, list.join(','))
  },
}

describe('slices', () => {
  it.each(Object.entries(CLIENTS))('make the file as sent by %s', async (_name, upload) => {
    const key = newKey()
    await expectMade(await upload(key), key)
  })

  const headersFor = (key: string, batch = 'b1'): Headers => ({ authorization: tokenFor(key), uploadbatch: batch })

  it('are neither copied nor read again when every place was known', async () => {
    const key = newKey()
    const read = vi.spyOn(app.services.uploads, 'read')
    const list = await sendBlocks([0, 2, 1], headersFor(key))
    await expectMade(await post(`/mkfile/${CONTENT.length}`, headersFor(key), list.join(',')), key)
    expect(read).not.toHaveBeenCalled()
    read.mockRestore()
  })

  it('of 8 MiB and of odd sizes make the file, with the hash of its 4 MiB segments', async () => {
    for (const [size, blockBytes] of [
      [18 * MIB + 5, 8 * MIB],
      [5 * MIB + 7, 1_500_000],
    ] as const) {
      const content = randomBytes(size)
      const key = newKey()
      const orders = Array.from({ length: Math.ceil(size / blockBytes) }, (_, i) => i).reverse()
      const list = await sendBlocks(orders, headersFor(key), content, blockBytes)
      await expectMade(await post(`/mkfile/${size}`, headersFor(key), list.join(',')), key, content)
    }
  })

  it('of different sizes are put in the order of the list', async () => {
    const key = newKey()
    const sizes = [1_000, 3_000, 500]
    const content = randomBytes(4_500)
    const list: string[] = []
    let at = 0
    for (const [order, size] of sizes.entries()) {
      list.push(await chunk(`/mkblk/${size}/${order}`, headersFor(key), content.subarray(at, at + size)))
      at += size
    }
    await expectMade(await post(`/mkfile/${content.length}`, headersFor(key), list.join(',')), key, content)
  })

  it('are put in the order of the list, also when that is not the order of their numbers', async () => {
    const key = newKey()
    const list = await sendBlocks([0, 1, 2], headersFor(key))
    const swapped = Buffer.concat([slice(1), slice(0), slice(2)])
    const answer = await post(`/mkfile/${CONTENT.length}`, headersFor(key), [list[1], list[0], list[2]].join(','))
    await expectMade(answer, key, swapped)
  })

  it('may be sent again: a whole block, a chunk whose answer was lost, a block that broke off', async () => {
    const key = newKey()
    const headers = headersFor(key)
    const list = await sendBlocks([0, 1, 0], headers)
    const bytes = slice(2)
    const first = await chunk(`/mkblk/${bytes.length}/2`, headers, bytes.subarray(0, 100_000))
    await chunk(`/bput/${first}/100000`, headers, bytes.subarray(100_000, 500_000), 500_000)
    const second = await chunk(`/bput/${first}/100000`, headers, bytes.subarray(100_000, 700_000), 700_000)
    list[2] = await chunk(`/bput/${second}/700000`, headers, bytes.subarray(700_000), bytes.length)
    await expectMade(await post(`/mkfile/${CONTENT.length}`, headers, list.join(',')), key)
  })

  it('that were sent again with other bytes are what was sent last, and an older list is refused', async () => {
    const key = newKey()
    const headers = headersFor(key)
    const old = await sendBlocks([0, 1], headers, CONTENT.subarray(0, 2 * BLOCK))
    const changed = Buffer.concat([slice(0), randomBytes(BLOCK)])
    const [fresh] = (await sendBlocks([1], headers, changed)).slice(1)
    const make = (list: readonly (string | undefined)[]) => post(`/mkfile/${2 * BLOCK}`, headers, list.join(','))
    expect((await make(old)).status).toBe(412)
    await expectMade(await make([old[0], fresh]), key, changed)
  })

  it('make the file once: asked again, the same answer, whatever the token', async () => {
    const key = newKey()
    for (const orders of [
      [0, 1, 2],
      [2, 1, 0],
    ]) {
      const headers = { authorization: tokenFor(key, { overwrite: 1 }), uploadbatch: `b${orders[0]}` }
      const list = await sendBlocks(orders, headers)
      const make = (more: Headers = {}) => post(`/mkfile/${CONTENT.length}`, { ...headers, ...more }, list.join(','))
      const answers = [await make(), await make(), await make({ authorization: tokenFor(key) })]
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    }
    const asset = (await app.stored(key))?.upload.assetId
    expect(await app.infrastructure.work.read.sources.listForAsset(asset as never)).toHaveLength(2)
  })

  it('of two batches for one key do not disturb each other', async () => {
    const key = newKey()
    const other = randomBytes(CONTENT.length + 3 * MIB)
    const [a, b] = [headersFor(key, 'a'), { authorization: tokenFor(key, { overwrite: 1 }), uploadbatch: 'b' }]
    const lists = [await sendBlocks([0, 1], a), await sendBlocks([0, 1, 2], b, other)]
    const rest = await sendBlocks([2], a)
    const listA = [...(lists[0] ?? []), rest[2]].join(',')
    await expectMade(await post(`/mkfile/${CONTENT.length}`, a, listA), key)
    await expectMade(await post(`/mkfile/${other.length}`, b, (lists[1] ?? []).join(',')), key, other)
  })

  it('take fields of the policy into the answer', async () => {
    const key = newKey()
    const headers = { authorization: tokenFor(key, { returnBody: 'name=$(fname)&size=$(fsize)&id=$(x:id)' }) }
    const ctx = await chunk('/mkblk/5/0', headers, Buffer.from('hello'))
    const answer = await post(`/mkfile/5/x:id/${b64('seven')}`, headers, ctx)
    const name = key.slice('video/'.length)
    expect(JSON.parse(answer.body)).toEqual({ hash: 'Fqr0xh3cxeii2r7eDztILNmuqUNN', key, name, size: '5', id: 'seven' })
  })

  it('go on after a restart of the server, with another token for the same fileId', async () => {
    const ask = async () => (await app.getUploadToken({ originFileName: 'a.mp4', fileId: 'restart' })).data
    const before = await ask()
    const bytes = slice(0)
    const ctx = await chunk(
      `/mkblk/${BLOCK}/0`,
      { authorization: before?.uploadToken ?? '', uploadbatch: 'r' },
      bytes.subarray(0, MIB),
    )
    const { cloudvDialect } = await import('../../../src/http/dialects/cloudv/index.ts')
    const { default: Fastify } = await import('fastify')
    const restarted = Fastify()
    await restarted.register(cloudvDialect, { services: app.services })
    const url = await restarted.listen({ port: 0, host: '127.0.0.1' })
    try {
      const after = await ask()
      expect(after?.fileKey).toBe(before?.fileKey)
      const headers = { authorization: after?.uploadToken ?? '', uploadbatch: 'r' }
      const rest = await exchange(url, `/bput/${ctx}/${MIB}`, { headers, body: bytes.subarray(MIB) })
      const whole = (JSON.parse(rest.body) as Ctx).ctx
      const list = [whole, ...(await sendBlocks([1, 2], headers)).slice(1)]
      await expectMade(
        await exchange(url, `/mkfile/${CONTENT.length}`, { headers, body: list.join(',') }),
        after?.fileKey ?? '',
      )
    } finally {
      await restarted.close()
    }
  })

  describe('are refused', () => {
    const expectRefused = (answer: Answer, status: number): void => {
      expect(answer.status, answer.body).toBe(status)
      expect(JSON.parse(answer.body)).toEqual({ code: String(status), message: expect.stringMatching(/\S/) })
      expect(answer.headers['access-control-allow-origin']).toBe('https://cms.example')
    }
    const ORIGIN = { origin: 'https://cms.example' }

    const REFUSED: readonly (readonly [string, string, Headers, number])[] = [
      ['without a token', '/mkblk/5/0', {}, 401],
      ['with a token that is none', '/mkblk/5/0', { authorization: 'UpToken x' }, 401],
      ['with a token whose time is over', '/mkblk/5/0', { authorization: tokenFor('k', { deadline: 1 }) }, 401],
      ['for another bucket', '/mkblk/5/0', { authorization: tokenFor(undefined, { scope: 'other:k' }) }, 631],
      ['without a size', '/mkblk/', { authorization: tokenFor('k') }, 400],
      ['with a size that is none', '/mkblk/x/0', { authorization: tokenFor('k') }, 400],
      ['of no bytes', '/mkblk/0/0', { authorization: tokenFor('k') }, 400],
      ['with a number that is none', '/mkblk/5/first', { authorization: tokenFor('k') }, 400],
      ['with more bytes than the block has', '/mkblk/4/0', { authorization: tokenFor('k') }, 701],
      ['with more bytes than the token allows', '/mkblk/5/0', { authorization: tokenFor('k', { fsizeLimit: 4 }) }, 413],
      [
        'behind what the token allows',
        '/mkblk/5/1?chunk=1&chunks=3',
        { authorization: tokenFor('k2', { fsizeLimit: 9 }) },
        413,
      ],
      [
        'with a batch that is too long',
        '/mkblk/5/0',
        { authorization: tokenFor('k'), uploadbatch: 'x'.repeat(129) },
        400,
      ],
      ['with a ctx that is none', '/bput/abc/0', { authorization: tokenFor('k') }, 701],
      ['without a ctx', '/bput/', { authorization: tokenFor('k') }, 400],
      ['as a file without a size', '/mkfile/', { authorization: tokenFor('k') }, 400],
      ['as a file of what is no ctx', '/mkfile/5', { authorization: tokenFor('k') }, 412],
      ['as a file over the limit', '/mkfile/5', { authorization: tokenFor('k', { fsizeLimit: 4 }) }, 413],
    ]

    it.each(REFUSED)('%s', async (_name, path, headers, status) => {
      expectRefused(await post(path, { ...headers, ...ORIGIN }, 'hello'), status)
    })

    it('with another method than POST, readably', async () => {
      for (const path of ['/mkblk/5/0', '/bput/x/0', '/mkfile/5', '/file/upload']) {
        expectRefused(await exchange(app.url, path, { method: 'GET', headers: ORIGIN }), 405)
      }
    })

    it('at an offset where the block does not continue, and for another key', async () => {
      const key = newKey()
      const headers = { ...headersFor(key), ...ORIGIN }
      const ctx = await chunk('/mkblk/10/0', headers, Buffer.from('hello'))
      expectRefused(await post(`/bput/${ctx}/4`, headers, 'x'), 701)
      expectRefused(await post(`/bput/${ctx}/5`, headers, 'world!'), 701)
      expectRefused(await post(`/bput/${ctx}/5`, { ...headersFor(newKey()), ...ORIGIN }, 'world'), 701)
      expectRefused(await post('/mkfile/10', headers, ctx), 412)
      const whole = await chunk(`/bput/${ctx}/5`, headers, Buffer.from('world'), 10)
      expectRefused(await post('/mkfile/11', headers, whole), 412)
      expectRefused(await post('/mkfile/10', { ...headersFor(newKey()), ...ORIGIN }, whole), 412)
      expectRefused(await post('/mkfile/10', headers, ''), 400)
      await expectMade(await post('/mkfile/10', headers, whole), key, Buffer.from('helloworld'))
      expectRefused(await post(`/bput/${ctx}/5`, headers, 'world'), 701)
    })

    it('when the file is there already, unless the token may replace it', async () => {
      const key = newKey()
      const make = async (batch: string, text: string, more = {}) => {
        const headers = { authorization: tokenFor(key, more), uploadbatch: batch, ...ORIGIN }
        return { headers, ctx: await chunk(`/mkblk/${text.length}/0`, headers, Buffer.from(text)) }
      }
      const [one, two] = [await make('1', 'first'), await make('2', 'second')]
      await expectMade(await post('/mkfile/5', one.headers, one.ctx), key, Buffer.from('first'))
      expectRefused(await post('/mkfile/6', two.headers, two.ctx), 406)
      expectRefused(await post('/mkblk/5/0', one.headers, 'again'), 406)
      const three = await make('3', 'third!', { overwrite: 1 })
      await expectMade(await post('/mkfile/6', three.headers, three.ctx), key, Buffer.from('third!'))
    })

    it('as a file whose blocks were dropped', async () => {
      const key = newKey()
      const ctx = await chunk('/mkblk/5/0', headersFor(key), Buffer.from('hello'))
      const project = await app.infrastructure.work.read.projects.first()
      const [upload] = await app.services.uploads.list(project?.id as never, { states: ['receiving'] }, { limit: 1 })
      await app.services.uploads.remove(upload?.id as never)
      expectRefused(await post('/mkfile/5', { ...headersFor(key), ...ORIGIN }, ctx), 412)
    })
  })

  it('answer the preflight of a page for every path', async () => {
    for (const path of ['/mkblk/4194304/0?chunk=0&chunks=3', '/bput/abc/1', '/mkfile/5', '/file/upload']) {
      const headers = {
        origin: 'https://cms.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'uploadbatch,authorization,key,x-new',
      }
      const answer = await exchange(app.url, path, { method: 'OPTIONS', headers })
      expect(answer.status).toBe(204)
      expect(answer.headers['access-control-allow-origin']).toBe('https://cms.example')
      const allowed = String(answer.headers['access-control-allow-headers']).toLowerCase()
      for (const name of ['authorization', 'uploadbatch', 'key', 'mimetype', 'deadline', 'x-new']) {
        expect(allowed).toContain(name)
      }
      expect(answer.headers['access-control-allow-methods']).toContain('POST')
    }
  })
})
