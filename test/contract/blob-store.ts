import { randomBytes } from 'node:crypto'
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { BlobStore, ByteRange } from '../../src/core/ports/blob-store.ts'

export type BlobStoreUnderTest = Readonly<{
  store: BlobStore
  /** A new instance on the same storage, as after a restart. */
  reopen: () => Promise<BlobStore>
  /**
   * Runs `use` while the storage takes only `steps` more operations and fails every later one, as when the process
   * dies in between. Resolves to whether it came to that. What `use` rejects with is of no interest.
   */
  dieAfter: (steps: number, use: () => Promise<void>) => Promise<boolean>
}>

const alive = new AbortController().signal

const BAD_KEYS = [
  ['an empty one', ''],
  ['an absolute path', '/etc/passwd'],
  ['a folder', 'a/'],
  ['an empty segment', 'a//b'],
  ['the folder itself', '.'],
  ['the folder above', '..'],
  ['a way out', '../../etc/passwd'],
  ['a way out further on', 'a/../../b'],
  ['a dot segment', 'a/./b'],
  ['a blank', 'a b'],
  ['a backslash', 'a\\b'],
  ['a NUL', 'a\0b'],
  ['a line break at its end', 'a\n'],
  ['a letter outside ASCII', 'ä'],
  ['a tilde', '~a'],
  ['a percent sign', 'a%2e'],
  ['a segment of more than 255 characters', 'a'.repeat(256)],
  ['more than 512 characters', `${'a/'.repeat(256)}a`],
] as const

const GOOD_KEYS = ['a', 'A.b-c_d', '...', '.hidden', '-rf', 'a/b/c', 'con', `${'k'.repeat(255)}/${'a/'.repeat(128)}`]

/** Proves the promises of core/ports/blob-store.ts. `open` gives an empty store nobody else uses. */
export function blobStoreContract(name: string, open: () => Promise<BlobStoreUnderTest>): void {
  async function keysOf(store: BlobStore, prefix = ''): Promise<string[]> {
    const keys: string[] = []
    for await (const key of store.list(prefix)) keys.push(key)
    return keys.sort()
  }
  async function contentOf(store: BlobStore, key: string, range?: ByteRange): Promise<Buffer> {
    return buffer((await store.open(key, { range, signal: alive })).body)
  }
  const put = (store: BlobStore, key: string, content: Uint8Array | string): Promise<unknown> =>
    store.put(key, Readable.from([Buffer.from(content)]), { signal: alive })

  /** A body that gives `first`, then, once it is asked for more, waits for `go`, and then gives `rest`. */
  function gated(first: Uint8Array, rest: Uint8Array): { body: Readable; reached: Promise<void>; go: () => void } {
    const reached = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    let isFirst = true
    const body = new Readable({
      highWaterMark: 1,
      read() {
        if (isFirst) {
          isFirst = false
          this.push(first)
        } else {
          reached.resolve()
          void gate.promise.then(() => {
            this.push(rest)
            this.push(null)
          })
        }
      },
    })
    return { body, reached: reached.promise, go: () => gate.resolve() }
  }

  async function localFile(content: Uint8Array | string): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'reeldock-blob-contract-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    const path = join(directory, 'made by a tool')
    await writeFile(path, content)
    return path
  }

  describe(`BlobStore contract: ${name}`, () => {
    describe('storing', () => {
      it.each([0, 1, 65_535, 65_537, 3 * 1_048_576 + 7])('gives back an object of %i bytes', async (sizeBytes) => {
        const { store, reopen } = await open()
        const content = randomBytes(sizeBytes)
        const beforeMs = Date.now()
        const info = await store.put('a/b', Readable.from(pieces(content, 50_000)), { sizeBytes, signal: alive })
        expect(info.sizeBytes).toBe(sizeBytes)
        // Storage keeps its own time, coarser than ours.
        expect(Math.abs(info.modifiedAtMs - beforeMs)).toBeLessThan(60_000)
        expect(await store.info('a/b')).toEqual(info)
        for (const each of [store, await reopen()]) {
          const opened = await each.open('a/b', { signal: alive })
          expect(opened.info).toEqual(info)
          expect((await buffer(opened.body)).equals(content)).toBe(true)
        }
      })

      it('shows nothing of an object before all of it has come', async () => {
        const { store } = await open()
        const { body, reached, go } = gated(Buffer.alloc(2_000_000, 1), Buffer.from('end'))
        const putting = store.put('new', body, { signal: alive })
        await reached
        await expect(store.info('new')).rejects.toMatchObject({ code: 'not_found' })
        await expect(store.open('new', { signal: alive })).rejects.toMatchObject({ code: 'not_found' })
        expect(await keysOf(store)).toEqual([])
        go()
        await putting
        expect((await store.info('new')).sizeBytes).toBe(2_000_003)
        expect(await keysOf(store)).toEqual(['new'])
      })

      it('shows the old object until the new one has come, and never a mixture', async () => {
        const { store } = await open()
        const old = randomBytes(300_000)
        const fresh = randomBytes(200_000)
        await put(store, 'k', old)
        const { body, reached, go } = gated(fresh.subarray(0, 100_000), fresh.subarray(100_000))
        const putting = store.put('k', body, { signal: alive })
        await reached
        expect((await contentOf(store, 'k')).equals(old)).toBe(true)
        const { info, body: reader } = await store.open('k', { signal: alive })
        go()
        await putting
        expect(info.sizeBytes).toBe(300_000)
        expect((await buffer(reader)).equals(old)).toBe(true)
        expect((await contentOf(store, 'k')).equals(fresh)).toBe(true)
      })

      it('keeps one whole object of several that are stored under one key at once', async () => {
        const { store } = await open()
        const contents = Array.from({ length: 8 }, (_, index) => Buffer.alloc(100_000 + index, index))
        await Promise.all(contents.map((content) => put(store, 'folder/k', content)))
        const kept = await contentOf(store, 'folder/k')
        expect(contents.some((content) => content.equals(kept))).toBe(true)
      })

      it('leaves nothing behind, and the old object alone, when the body breaks half-way', async () => {
        const { store } = await open()
        const broken = new Error('socket reset')
        async function* chunks(): AsyncGenerator<Uint8Array> {
          yield Buffer.alloc(1_500_000)
          throw broken
        }
        await put(store, 'old', 'stays')
        await expect(store.put('new', Readable.from(chunks()), { signal: alive })).rejects.toBe(broken)
        await expect(store.put('old', Readable.from(chunks()), { signal: alive })).rejects.toBe(broken)
        expect(await keysOf(store)).toEqual(['old'])
        expect(String(await contentOf(store, 'old'))).toBe('stays')
      })

      it('takes a body that was destroyed without an error for broken, not for complete', async () => {
        const { store } = await open()
        const { body, reached } = gated(Buffer.from('begin'), Buffer.from('end'))
        const putting = store.put('new', body, { signal: alive })
        await reached
        body.destroy()
        await expect(putting).rejects.toThrow()
        expect(await keysOf(store)).toEqual([])
      })

      it.each([
        ['shorter', 11],
        ['longer', 9],
      ])('refuses a body that is %s than said', async (_, sizeBytes) => {
        const { store } = await open()
        await put(store, 'old', 'stays')
        for (const key of ['old', 'new']) {
          const body = Readable.from([Buffer.from('01234'), Buffer.from('56789')])
          const refused = store.put(key, body, { sizeBytes, signal: alive })
          await expect(refused).rejects.toMatchObject({ code: 'length_mismatch' })
        }
        expect(await keysOf(store)).toEqual(['old'])
        expect(String(await contentOf(store, 'old'))).toBe('stays')
      })

      it('does not read on after more than the said length has come', async () => {
        const { store } = await open()
        async function* endless(): AsyncGenerator<Uint8Array> {
          for (;;) yield Buffer.alloc(65_536)
        }
        const body = Readable.from(endless())
        const refused = store.put('new', body, { sizeBytes: 100_000, signal: alive })
        await expect(refused).rejects.toMatchObject({ code: 'length_mismatch' })
        await expect.poll(() => body.destroyed).toBe(true)
      })

      it('stops when told to, even while the body stalls, and leaves nothing behind', async () => {
        const { store } = await open()
        const reason = new Error('the user went away')
        const abort = new AbortController()
        const { body, reached } = gated(Buffer.alloc(1_500_000), Buffer.from('never'))
        const putting = store.put('new', body, { signal: abort.signal })
        await reached
        abort.abort(reason)
        await expect(putting).rejects.toBe(reason)
        await expect.poll(() => body.destroyed).toBe(true)
        expect(await keysOf(store)).toEqual([])
      })

      it('stops even when the body cannot be stopped', async () => {
        const { store } = await open()
        const reason = new Error('the user went away')
        const abort = new AbortController()
        const reached = Promise.withResolvers<void>()
        const gate = Promise.withResolvers<void>()
        // A generator that waits ends only when what it waits for has come.
        async function* chunks(): AsyncGenerator<Uint8Array> {
          yield Buffer.alloc(1_500_000)
          reached.resolve()
          await gate.promise
          yield Buffer.from('too late')
        }
        const putting = store.put('new', Readable.from(chunks()), { signal: abort.signal })
        await reached.promise
        abort.abort(reason)
        await expect(putting).rejects.toBe(reason)
        gate.resolve()
        expect(await keysOf(store)).toEqual([])
      })

      it('does not begin when it was told to stop before', async () => {
        const { store } = await open()
        const reason = new Error('too late')
        const signal = AbortSignal.abort(reason)
        const path = await localFile('stays')
        await put(store, 'old', 'old')
        await expect(store.put('new', Readable.from([Buffer.from('x')]), { signal })).rejects.toBe(reason)
        await expect(store.adoptFile('new', path, { signal })).rejects.toBe(reason)
        await expect(store.open('old', { signal })).rejects.toBe(reason)
        await expect(store.withLocalFile('old', signal, async () => 'ran')).rejects.toBe(reason)
        expect(await keysOf(store)).toEqual(['old'])
        expect(String(await readFile(path))).toBe('stays')
      })

      it('keeps the old object or has the whole new one, wherever the process dies', async () => {
        const { store, reopen, dieAfter } = await open()
        const old = Buffer.alloc(10_000, 1)
        const fresh = Buffer.alloc(20_000, 2)
        await put(store, 'folder/known', old)
        for (let steps = 0, died = true; died; steps++) {
          const dying = await reopen()
          let stored = false
          died = await dieAfter(steps, async () => {
            await put(dying, 'folder/known', fresh)
            await put(dying, `new/${steps}`, fresh)
            stored = true
          })
          expect(stored || died).toBe(true)
          const after = await reopen()
          const known = await contentOf(after, 'folder/known')
          expect(known.equals(fresh) || (!stored && known.equals(old))).toBe(true)
          for (const key of await keysOf(after, 'new/')) expect((await contentOf(after, key)).equals(fresh)).toBe(true)
          if (stored) expect(await keysOf(after, 'new/')).toContain(`new/${steps}`)
          await put(after, 'folder/known', old)
        }
      })
    })

    describe('adopting a local file', () => {
      it('moves it in, in place of an older object, and for good', async () => {
        const { store, reopen } = await open()
        const content = randomBytes(100_000)
        await put(store, 'a/b', 'old')
        const path = await localFile(content)
        const info = await store.adoptFile('a/b', path, { signal: alive })
        expect(info.sizeBytes).toBe(100_000)
        await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' })
        expect((await contentOf(store, 'a/b')).equals(content)).toBe(true)
        expect((await contentOf(await reopen(), 'a/b')).equals(content)).toBe(true)
      })

      it('stores nothing when there is no such file, or it is none', async () => {
        const { store } = await open()
        await expect(store.adoptFile('a', '/nonexistent/file', { signal: alive })).rejects.toThrow()
        await expect(store.adoptFile('a', tmpdir(), { signal: alive })).rejects.toThrow()
        expect(await keysOf(store)).toEqual([])
      })

      it('never loses the file, wherever the process dies', async () => {
        const { reopen, dieAfter } = await open()
        for (let steps = 0, died = true; died; steps++) {
          const path = await localFile('precious')
          const dying = await reopen()
          died = await dieAfter(steps, async () => {
            await dying.adoptFile('new/film', path, { signal: alive })
          })
          const after = await reopen()
          const stillThere = await readFile(path).then(String, () => undefined)
          const stored = await contentOf(after, 'new/film').then(String, () => undefined)
          expect([stillThere, stored]).toContain('precious')
          expect([undefined, 'precious']).toContain(stored)
          await after.delete('new/film')
        }
      })
    })

    describe('reading', () => {
      it('gives exactly the bytes of a range, cut to the object', async () => {
        const { store } = await open()
        const content = randomBytes(1_000)
        await put(store, 'k', content)
        const offset = fc.nat(1_200)
        await fc.assert(
          fc.asyncProperty(offset, offset, async (start, end) => {
            if (start >= end || start >= content.length) {
              const refused = store.open('k', { range: { start, end }, signal: alive })
              await expect(refused).rejects.toMatchObject({ code: 'invalid_argument' })
            } else {
              const { info, body } = await store.open('k', { range: { start, end }, signal: alive })
              expect(info.sizeBytes).toBe(1_000)
              expect((await buffer(body)).equals(content.subarray(start, end))).toBe(true)
            }
          }),
          { numRuns: 60 },
        )
      })

      it.each([
        ['begins at the end', 1_000, 1_001],
        ['begins past the end', 5_000, 6_000],
        ['is empty', 10, 10],
        ['is reversed', 11, 10],
        ['begins before the object', -1, 10],
        ['has fractions', 0.5, 10],
        ['is not a number', Number.NaN, 10],
      ])('refuses a range that %s', async (_, start, end) => {
        const { store } = await open()
        await put(store, 'k', Buffer.alloc(1_000))
        const refused = store.open('k', { range: { start, end }, signal: alive })
        await expect(refused).rejects.toMatchObject({ code: 'invalid_argument' })
      })

      it('reads from a range to an open end', async () => {
        const { store } = await open()
        await put(store, 'k', '0123456789')
        const range = { start: 7, end: Number.POSITIVE_INFINITY }
        expect(String(await contentOf(store, 'k', range))).toBe('789')
      })

      it('has no byte to give of an empty object', async () => {
        const { store } = await open()
        await put(store, 'k', '')
        expect(await contentOf(store, 'k')).toHaveLength(0)
        const refused = store.open('k', { range: { start: 0, end: 1 }, signal: alive })
        await expect(refused).rejects.toMatchObject({ code: 'invalid_argument' })
      })

      it('does not know a key that was never stored, nor one that is only the folder of others', async () => {
        const { store } = await open()
        await put(store, 'a/b/c', 'x')
        for (const key of ['nothing', 'a', 'a/b', 'a/b/c/d', 'a/b/cc']) {
          await expect(store.info(key)).rejects.toMatchObject({ code: 'not_found' })
          await expect(store.open(key, { signal: alive })).rejects.toMatchObject({ code: 'not_found' })
          const lent = store.withLocalFile(key, alive, async () => 'ran')
          await expect(lent).rejects.toMatchObject({ code: 'not_found' })
        }
      })

      it('stops giving bytes when told to', async () => {
        const { store } = await open()
        await put(store, 'k', Buffer.alloc(4_000_000))
        const abort = new AbortController()
        const { body } = await store.open('k', { signal: abort.signal })
        for await (const _ of body.iterator({ destroyOnReturn: false })) break
        abort.abort(new Error('the user went away'))
        await expect(buffer(body)).rejects.toThrow()
        expect(body.destroyed).toBe(true)
      })

      it('lets a reader leave early', async () => {
        const { store } = await open()
        await put(store, 'k', Buffer.alloc(4_000_000))
        const { body } = await store.open('k', { signal: alive })
        for await (const _ of body) break
        expect(body.destroyed).toBe(true)
        expect(await contentOf(store, 'k')).toHaveLength(4_000_000)
      })
    })

    describe('deleting', () => {
      it('deletes for good, and again without complaint', async () => {
        const { store, reopen } = await open()
        await put(store, 'a/b', 'x')
        await store.delete('a/b')
        await store.delete('a/b')
        await store.delete('never/was')
        await expect(store.info('a/b')).rejects.toMatchObject({ code: 'not_found' })
        expect(await keysOf(await reopen())).toEqual([])
        await put(store, 'a/b', 'again')
        expect(String(await contentOf(store, 'a/b'))).toBe('again')
      })

      it('does not take a folder for an object', async () => {
        const { store } = await open()
        await put(store, 'a/b', 'x')
        await store.delete('a')
        await store.delete('a/b/c')
        expect(await keysOf(store)).toEqual(['a/b'])
      })

      it('deletes everything under a prefix and nothing beside it', async () => {
        const { store } = await open()
        for (const key of ['p/a', 'p/a.b', 'p/q/r', 'p/q/s', 'pp/a', 'q/p/a', 'p-']) await put(store, key, key)
        await store.deletePrefix('p/q/')
        expect(await keysOf(store)).toEqual(['p-', 'p/a', 'p/a.b', 'pp/a', 'q/p/a'])
        await store.deletePrefix('p/')
        await store.deletePrefix('p/')
        await store.deletePrefix('p-/')
        expect(await keysOf(store)).toEqual(['p-', 'pp/a', 'q/p/a'])
        await put(store, 'p/a', 'again')
        expect(String(await contentOf(store, 'p/a'))).toBe('again')
      })

      it('stores an object whole or not at all while its surroundings are deleted', async () => {
        const { store } = await open()
        for (let round = 0; round < 30; round++) {
          await Promise.all([
            put(store, `p/${round}/a`, 'whole'),
            store.deletePrefix('p/'),
            put(store, 'p/b', 'whole'),
            store.delete('p/c'),
            put(store, 'p/c', 'whole'),
          ])
          for (const key of await keysOf(store, 'p/')) expect(String(await contentOf(store, key))).toBe('whole')
        }
        await put(store, 'p/b', 'still works')
        expect(String(await contentOf(store, 'p/b'))).toBe('still works')
      })
    })

    describe('listing', () => {
      it('names every key under a prefix once', async () => {
        const { store } = await open()
        const keys = ['a', 'b/a', 'b/a.x', 'b/c/d/e', 'bb/a', '.b/a']
        for (const key of keys) await put(store, key, key)
        expect(await keysOf(store)).toEqual([...keys].sort())
        expect(await keysOf(store, 'b/')).toEqual(['b/a', 'b/a.x', 'b/c/d/e'])
        expect(await keysOf(store, 'b/c/')).toEqual(['b/c/d/e'])
        expect(await keysOf(store, 'a/')).toEqual([])
        expect(await keysOf(store, 'nothing/')).toEqual([])
      })

      it('names more than a thousand keys', async () => {
        const { store } = await open()
        const keys = Array.from({ length: 1_030 }, (_, index) => `many/${index}`)
        for (let done = 0; done < keys.length; done += 103) {
          await Promise.all(keys.slice(done, done + 103).map((key) => put(store, key, key)))
        }
        expect(await keysOf(store, 'many/')).toEqual([...keys].sort())
        await store.deletePrefix('many/')
        expect(await keysOf(store)).toEqual([])
      })

      it('can be left half-way', async () => {
        const { store } = await open()
        for (const key of ['a/1', 'a/2', 'b/1']) await put(store, key, key)
        const seen: string[] = []
        for await (const key of store.list('')) {
          seen.push(key)
          break
        }
        expect(seen).toHaveLength(1)
      })
    })

    describe('lending a local file', () => {
      it('lends the content, hands back the result and keeps the object', async () => {
        const { store } = await open()
        const content = randomBytes(100_000)
        await put(store, 'a/b', content)
        const lent = await store.withLocalFile('a/b', alive, (path) => readFile(path))
        expect(lent.equals(content)).toBe(true)
        expect((await contentOf(store, 'a/b')).equals(content)).toBe(true)
      })

      it('passes on what the borrower throws', async () => {
        const { store } = await open()
        await put(store, 'a/b', 'x')
        const broken = new Error('ffmpeg crashed')
        const lent = store.withLocalFile('a/b', alive, async () => {
          throw broken
        })
        await expect(lent).rejects.toBe(broken)
        expect(String(await contentOf(store, 'a/b'))).toBe('x')
      })
    })

    describe('keys', () => {
      it('takes every key of the documented form', async () => {
        const { store } = await open()
        const keys = GOOD_KEYS.map((key, index) => `${index}/${key}`.slice(0, 512).replace(/\/$/, ''))
        for (const key of keys) await put(store, key, key)
        expect(await keysOf(store)).toEqual([...keys].sort())
        for (const key of keys) expect(String(await contentOf(store, key))).toBe(key)
      })

      it.each(BAD_KEYS)('refuses %s and touches nothing', async (_, key) => {
        const { store } = await open()
        await put(store, 'a/b', 'stays')
        await put(store, 'b', 'stays')
        const path = await localFile('stays')
        const refused = { code: 'invalid_argument' }
        await expect(put(store, key, 'x')).rejects.toMatchObject(refused)
        await expect(store.adoptFile(key, path, { signal: alive })).rejects.toMatchObject(refused)
        await expect(store.info(key)).rejects.toMatchObject(refused)
        await expect(store.open(key, { signal: alive })).rejects.toMatchObject(refused)
        await expect(store.delete(key)).rejects.toMatchObject(refused)
        await expect(store.withLocalFile(key, alive, async () => 'ran')).rejects.toMatchObject(refused)
        // 'a/' is a good prefix, so it gets a second slash here.
        const prefix = key === '' ? '/' : `${key}/`
        await expect(store.deletePrefix(prefix)).rejects.toMatchObject(refused)
        await expect(keysOf(store, prefix)).rejects.toMatchObject(refused)
        expect(String(await readFile(path))).toBe('stays')
        expect(await keysOf(store)).toEqual(['a/b', 'b'])
      })

      it.each([
        ['an empty prefix', ''],
        ['a prefix without a slash at its end', 'a'],
      ])('does not delete by %s', async (_, prefix) => {
        const { store } = await open()
        await put(store, 'a/b', 'stays')
        await expect(store.deletePrefix(prefix)).rejects.toMatchObject({ code: 'invalid_argument' })
        expect(await keysOf(store)).toEqual(['a/b'])
      })

      it('does not list by a prefix without a slash at its end', async () => {
        const { store } = await open()
        await expect(keysOf(store, 'a')).rejects.toMatchObject({ code: 'invalid_argument' })
      })
    })
  })
}

function* pieces(content: Uint8Array, size: number): Generator<Uint8Array> {
  for (let start = 0; start < content.length; start += size) yield content.subarray(start, start + size)
}
