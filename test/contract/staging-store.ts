import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDomainError } from '../../src/core/errors.ts'
import type { BlobStore } from '../../src/core/ports/blob-store.ts'
import type { StagingRef, StagingStore, StagingWriter } from '../../src/core/ports/staging-store.ts'

export type StagingStoreUnderTest = Readonly<{
  store: StagingStore
  /** The blob store that `publish` puts files into. */
  blobs: BlobStore
  /** A new instance on the same storage, as after a restart. */
  reopen: () => Promise<StagingStore>
  /**
   * Runs `use` while the storage takes only `steps` more operations and fails every later one, as when the process
   * dies in between. Resolves to whether it came to that. What `use` rejects with is of no interest.
   */
  dieAfter: (steps: number, use: () => Promise<void>) => Promise<boolean>
}>

export type StagingContractOptions = Readonly<{
  /** Runs of the random tests begin and end near multiples of this: choose it so that they cross the store's seams. */
  unitBytes: number
  /** How many random uploads to try. */
  runs?: number
}>

const alive = new AbortController().signal

/**
 * Plays the upload service towards a store: numbers the runs, keeps the receipts of what it acknowledged and hands
 * them back.
 */
class Caller {
  readonly store: StagingStore
  readonly ref: StagingRef
  readonly receipts: string[] = []
  sequence = 0

  private constructor(store: StagingStore, ref: StagingRef) {
    this.store = store
    this.ref = ref
  }

  static async begin(store: StagingStore, key: string, sizeBytes?: number): Promise<Caller> {
    return new Caller(store, await store.create(key, { sizeBytes }))
  }

  /** The same upload in another process or after a restart: only what was committed goes over. */
  on(store: StagingStore): Caller {
    const other = new Caller(store, this.ref)
    other.receipts.push(...this.receipts)
    other.sequence = this.sequence
    return other
  }

  open(offset: number, signal = alive): Promise<StagingWriter> {
    this.sequence += 1
    return this.store.openWriter(this.ref, { offset, sequence: this.sequence, signal })
  }

  /** Syncs and acknowledges. */
  async commit(writer: StagingWriter): Promise<number> {
    const { durableEnd, receipts } = await writer.sync()
    this.receipts.push(...receipts)
    return durableEnd
  }

  /** One whole request: its bytes are acknowledged when it resolves. */
  async send(offset: number, content: Uint8Array, pieceBytes = 1_048_576): Promise<void> {
    const writer = await this.open(offset)
    for (const piece of pieces(content, pieceBytes)) await writer.write([piece])
    expect(await this.commit(writer)).toBe(offset + content.length)
    await writer.close()
  }

  async read(start: number, end: number, signal = alive): Promise<Buffer> {
    return buffer(await this.store.read(this.ref, { start, end }, { receipts: this.receipts, signal }))
  }

  publish(to: string, sizeBytes: number): Promise<void> {
    return this.store.publish(this.ref, to, { sizeBytes, receipts: this.receipts })
  }
}

/**
 * Proves the promises of core/ports/staging-store.ts, except that publishing takes the same time whatever the size:
 * how that shows is each store's own affair and belongs into its own tests. `open` gives an empty store nobody else
 * uses. Nothing here knows how a store keeps its bytes: an S3 store passes unchanged.
 */
export function stagingStoreContract(
  name: string,
  open: () => Promise<StagingStoreUnderTest>,
  options: StagingContractOptions,
): void {
  const { unitBytes, runs = 30 } = options
  const contentOf = async (blobs: BlobStore, key: string): Promise<Buffer> =>
    buffer((await blobs.open(key, { signal: alive })).body)
  const keysOf = async (store: StagingStore): Promise<string[]> => {
    const keys: string[] = []
    for await (const { key } of store.list()) keys.push(key)
    return keys.sort()
  }

  describe(`StagingStore contract: ${name}`, () => {
    describe('writing', () => {
      it('keeps a file sent in one run, also for the next process', async () => {
        const { store, reopen } = await open()
        const content = randomBytes(3 * 1_048_576 + 17)
        const caller = await Caller.begin(store, 'upl_1', content.length)
        await caller.send(0, content)
        expect((await caller.read(0, content.length)).equals(content)).toBe(true)
        const later = caller.on(await reopen())
        expect((await later.read(0, content.length)).equals(content)).toBe(true)
      })

      it('takes thousands of small buffers at once', async () => {
        const { store } = await open()
        const content = randomBytes(12_000)
        const caller = await Caller.begin(store, 'upl_1')
        const writer = await caller.open(5)
        await writer.write([...pieces(content.subarray(0, 9_000), 3)])
        await writer.write([Buffer.alloc(0), ...pieces(content.subarray(9_000), 1), Buffer.alloc(0)])
        expect(await caller.commit(writer)).toBe(12_005)
        await writer.close()
        expect((await caller.read(5, 12_005)).equals(content)).toBe(true)
      })

      it('takes runs of one byte in any order', async () => {
        const { store, blobs } = await open()
        const content = randomBytes(40)
        const caller = await Caller.begin(store, 'upl_1', content.length)
        const order = [...content.keys()].sort((a, b) => ((a * 17) % 40) - ((b * 17) % 40))
        for (const offset of order) await caller.send(offset, content.subarray(offset, offset + 1))
        expect((await caller.read(0, 40)).equals(content)).toBe(true)
        await caller.publish('file', 40)
        expect((await contentOf(blobs, 'file')).equals(content)).toBe(true)
      })

      it('takes the parts of a file in parallel, from several processes', async () => {
        const { store, reopen, blobs } = await open()
        const partBytes = unitBytes + 3
        const content = randomBytes(8 * partBytes)
        const caller = await Caller.begin(store, 'upl_1', content.length)
        const others = [caller, caller.on(await reopen())]
        const send = async (part: number): Promise<void> => {
          const at = others[part % 2] ?? caller
          at.sequence = part
          const bytes = content.subarray(part * partBytes, (part + 1) * partBytes)
          await at.send(part * partBytes, bytes, Math.ceil(partBytes / 5))
        }
        await Promise.all([5, 2, 7, 0, 1, 6, 3, 4].map(send))
        const receipts = new Set(others.flatMap((other) => other.receipts))
        caller.receipts.splice(0, caller.receipts.length, ...receipts)
        expect((await caller.read(0, content.length)).equals(content)).toBe(true)
        await caller.publish('file', content.length)
        expect((await contentOf(blobs, 'file')).equals(content)).toBe(true)
      })

      it('tells how far the run is durable, again when asked again', async () => {
        const { store } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        const writer = await caller.open(100)
        expect(await caller.commit(writer)).toBe(100)
        await writer.write([])
        await writer.write([Buffer.alloc(0)])
        expect(await caller.commit(writer)).toBe(100)
        await writer.write([Buffer.from('abc'), Buffer.from('d')])
        expect(await caller.commit(writer)).toBe(104)
        expect(await caller.commit(writer)).toBe(104)
        await writer.write([Buffer.from('ef')])
        expect(await caller.commit(writer)).toBe(106)
        await writer.close()
        expect(String(await caller.read(100, 106))).toBe('abcdef')
      })

      it('syncs beside a write what was written before', async () => {
        const { store, reopen } = await open()
        const content = randomBytes(8 * unitBytes)
        const caller = await Caller.begin(store, 'upl_1')
        const writer = await caller.open(0)
        let durableEnd = 0
        let syncing: Promise<void> = Promise.resolve()
        let written = 0
        for (const piece of pieces(content, unitBytes)) {
          const before = written
          const writing = writer.write([piece])
          await syncing
          syncing = caller.commit(writer).then((end) => {
            expect(end).toBeGreaterThanOrEqual(before)
            durableEnd = end
          })
          await writing
          written += piece.length
          expect(durableEnd).toBeLessThanOrEqual(written)
        }
        await syncing
        const later = caller.on(await reopen())
        expect((await later.read(0, durableEnd)).equals(content.subarray(0, durableEnd))).toBe(true)
        expect(await caller.commit(writer)).toBe(content.length)
        await writer.close()
        expect((await caller.read(0, content.length)).equals(content)).toBe(true)
      })

      it('leaves what was synced alone when the run ends without another sync', async () => {
        const { store, reopen } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        await caller.send(0, Buffer.from('0123456789'))
        const writer = await caller.open(10)
        await writer.write([Buffer.from('lost')])
        await writer.close()
        await writer.close()
        expect(String(await caller.read(0, 10))).toBe('0123456789')
        const later = caller.on(await reopen())
        expect(String(await later.read(0, 10))).toBe('0123456789')
        await later.send(10, Buffer.from('kept'))
        expect(String(await later.read(0, 14))).toBe('0123456789kept')
      })

      it('takes nothing more once the run is closed', async () => {
        const { store } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        const writer = await caller.open(0)
        await writer.close()
        await expect(writer.write([Buffer.from('x')])).rejects.toThrow()
        await expect(writer.sync()).rejects.toThrow()
      })

      it('takes nothing more once told to stop, but still syncs what it had', async () => {
        const { store } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        const abort = new AbortController()
        const reason = new Error('the user went away')
        const writer = await caller.open(0, abort.signal)
        await writer.write([Buffer.from('kept')])
        abort.abort(reason)
        await expect(writer.write([Buffer.from('refused')])).rejects.toBe(reason)
        expect(await caller.commit(writer)).toBe(4)
        await writer.close()
        expect(String(await caller.read(0, 4))).toBe('kept')
        await expect(caller.open(4, abort.signal)).rejects.toBe(reason)
      })

      it('keeps uploads apart', async () => {
        const { store } = await open()
        const callers = await Promise.all(Array.from({ length: 20 }, (_, index) => Caller.begin(store, `upl_${index}`)))
        await Promise.all(callers.map((caller, index) => caller.send(0, Buffer.alloc(1_000, index))))
        for (const [index, caller] of callers.entries()) {
          expect((await caller.read(0, 1_000)).equals(Buffer.alloc(1_000, index))).toBe(true)
        }
      })

      it.each([
        ['a negative offset', -1, 1],
        ['a fraction of a byte', 0.5, 1],
        ['an offset that is no number', Number.NaN, 1],
      ])('refuses %s', async (_, offset, sequence) => {
        const { store } = await open()
        const { ref } = await Caller.begin(store, 'upl_1')
        const refused = store.openWriter(ref, { offset, sequence, signal: alive })
        await expect(refused).rejects.toMatchObject({ code: 'invalid_argument' })
      })
    })

    describe('overlapping runs', () => {
      /** Writes unless a newer run has taken over, which an older one may be told instead of losing silently. */
      async function tryWrite(writer: StagingWriter, bytes: Uint8Array): Promise<boolean> {
        try {
          await writer.write([bytes])
          return true
        } catch (error) {
          if (!isDomainError(error, 'superseded')) throw error
          return false
        }
      }

      it('lets the newer run win that comes after', async () => {
        const { store } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        await caller.send(0, Buffer.from('aaaaaaaa'))
        await caller.send(2, Buffer.from('bbb'))
        expect(String(await caller.read(0, 8))).toBe('aabbbaaa')
        await caller.send(0, Buffer.from('cccccccc'))
        expect(String(await caller.read(0, 8))).toBe('cccccccc')
      })

      it('lets the newer run win over an older one that is still sending', async () => {
        const { store } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        const older = await caller.open(0)
        const newer = await caller.open(4)
        await older.write([Buffer.from('aaa')])
        await newer.write([Buffer.from('bbbb')])
        if (await tryWrite(older, Buffer.from('aaaaaaa'))) await tryWrite(older, Buffer.from('aa'))
        await caller.commit(newer)
        const olderEnd = await caller.commit(older)
        await newer.close()
        await older.close()
        expect(olderEnd).toBeGreaterThanOrEqual(3)
        expect(String(await caller.read(4, 8))).toBe('bbbb')
        expect(String(await caller.read(0, 3))).toBe('aaa')
      })

      it('lets the newer run win also when it has gone already', async () => {
        const { store } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        const older = await caller.open(0)
        await older.write([Buffer.from('a')])
        await caller.send(0, Buffer.from('bbbb'))
        await tryWrite(older, Buffer.from('aaa'))
        await caller.commit(older)
        await older.close()
        expect(String(await caller.read(0, 4))).toBe('bbbb')
      })

      it('does not let a run that nobody acknowledged stand in the way of a later one, whatever its number', async () => {
        const { store, blobs } = await open()
        const caller = await Caller.begin(store, 'upl_1', 8)
        // Two runs whose bytes turned out wrong: synced, but their receipts are never committed.
        const abandoned = [await caller.open(0), await caller.open(4)]
        for (const writer of abandoned) {
          await writer.write([Buffer.from('bad!')])
          await writer.sync()
          await writer.close()
        }
        caller.sequence = 0
        await caller.send(0, Buffer.from('goodgood'))
        expect(String(await caller.read(0, 8))).toBe('goodgood')
        await caller.publish('file', 8)
        expect(String(await contentOf(blobs, 'file'))).toBe('goodgood')
      })

      // Each run: where it begins and ends (in units, off by a few bytes) and in how many writes it comes.
      const run = fc.record({
        from: fc.nat(12),
        units: fc.integer({ min: 0, max: 6 }),
        off: fc.integer({ min: -3, max: 3 }),
        more: fc.integer({ min: -3, max: 3 }),
        writes: fc.integer({ min: 1, max: 4 }),
        syncsBetween: fc.boolean(),
      })
      const scene = fc.record({
        first: fc.array(run, { minLength: 1, maxLength: 5 }),
        second: fc.array(run, { maxLength: 3 }),
        // Which of the open runs write next, all of them at the same time.
        schedule: fc.array(fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 5 }), { maxLength: 12 }),
      })
      type Run = typeof run extends fc.Arbitrary<infer Value> ? Value : never
      type Scene = typeof scene extends fc.Arbitrary<infer Value> ? Value : never
      type Sending = {
        start: number
        content: Buffer
        left: Uint8Array[]
        writer: StagingWriter
        sequence: number
        syncsBetween: boolean
      }

      it('ends with the bytes of the newest run everywhere, whatever the interleaving and the restarts', async () => {
        const { store, blobs, reopen } = await open()
        const sizeBytes = 19 * unitBytes
        let upload = 0
        const tryOne = async ({ first, second, schedule }: Scene): Promise<void> => {
          upload += 1
          let caller = await Caller.begin(store, `upl_${upload}`, sizeBytes)
          const expected = randomBytes(sizeBytes)
          const owner = new Uint16Array(sizeBytes)
          await caller.send(0, expected, 3 * unitBytes)

          const together = async (list: readonly Run[]): Promise<void> => {
            const sending: Sending[] = []
            for (const { from, units, off, more, writes, syncsBetween } of list) {
              const start = Math.max(0, from * unitBytes + off)
              const end = Math.min(sizeBytes, Math.max(start, start + units * unitBytes + more))
              const content = randomBytes(end - start)
              const left = [...pieces(content, Math.max(1, Math.ceil(content.length / writes)))]
              const writer = await caller.open(start)
              sending.push({ start, content, left, writer, syncsBetween, sequence: caller.sequence })
            }
            const step = async (index: number): Promise<void> => {
              const one = sending[index % sending.length]
              const piece = one?.left.shift()
              if (one === undefined || piece === undefined) return
              if (!(await tryWrite(one.writer, piece))) one.left.length = 0
              if (one.syncsBetween) await caller.commit(one.writer)
            }
            // A run is one request: it never does two things at once.
            for (const turn of schedule) {
              await Promise.all([...new Set(turn.map((index) => index % sending.length))].map(step))
            }
            for (const [index, one] of sending.entries()) while (one.left.length > 0) await step(index)
            for (const one of sending) {
              const durableEnd = await caller.commit(one.writer)
              await one.writer.close()
              for (let at = one.start; at < durableEnd; at++) {
                if (one.sequence < (owner[at] ?? 0)) continue
                owner[at] = one.sequence
                expected[at] = one.content[at - one.start] ?? 0
              }
            }
          }
          await together(first)
          expect((await caller.read(0, sizeBytes)).equals(expected)).toBe(true)
          caller = caller.on(await reopen())
          if (second.length > 0) await together(second)
          expect((await caller.read(0, sizeBytes)).equals(expected)).toBe(true)
          await caller.publish(`file/${upload}`, sizeBytes)
          expect((await contentOf(blobs, `file/${upload}`)).equals(expected)).toBe(true)
        }
        await fc.assert(fc.asyncProperty(scene, tryOne), { numRuns: runs })
      }, 120_000)
    })

    describe('creating', () => {
      it('lets first requests that come together agree on one of their files', async () => {
        const { store, reopen } = await open()
        const other = await reopen()
        const [mine, theirs] = await Promise.all([Caller.begin(store, 'upl_1'), Caller.begin(other, 'upl_1')])
        await mine.send(0, Buffer.from('0123'))
        const third = await store.create('upl_1', {})
        // Who loses discards its own, unless it is the same.
        for (const { layout } of [theirs.ref, third]) {
          if (layout !== mine.ref.layout) await store.discard({ key: 'upl_1', layout })
        }
        await mine.send(4, Buffer.from('4567'))
        expect(String(await mine.read(0, 8))).toBe('01234567')
      })

      it.each([
        ['an empty key', ''],
        ['a way out', '../upl_1'],
        ['a folder', 'a/b'],
        ['the folder itself', '.'],
        ['the folder above', '..'],
        ['a blank', 'a b'],
        ['a NUL', 'a\0'],
        ['a line break', 'a\n'],
        ['more than 200 characters', 'a'.repeat(201)],
      ])('refuses %s', async (_, key) => {
        const { store } = await open()
        const refused = { code: 'invalid_argument' }
        const ref = { key, layout: '' }
        await expect(store.create(key, {})).rejects.toMatchObject(refused)
        const opening = store.openWriter(ref, { offset: 0, sequence: 1, signal: alive })
        await expect(opening).rejects.toMatchObject(refused)
        const reading = store.read(ref, { start: 0, end: 1 }, { receipts: [], signal: alive })
        await expect(reading).rejects.toMatchObject(refused)
        await expect(store.publish(ref, 'file', { sizeBytes: 0, receipts: [] })).rejects.toMatchObject(refused)
        await expect(store.discard(ref)).rejects.toMatchObject(refused)
        expect(await keysOf(store)).toEqual([])
      })

      it('refuses a run for a file that was never created', async () => {
        const { store } = await open()
        const { ref } = await Caller.begin(store, 'upl_1')
        const opening = store.openWriter({ ...ref, key: 'upl_2' }, { offset: 0, sequence: 1, signal: alive })
        await expect(opening).rejects.toMatchObject({ code: 'state_conflict' })
        expect(await keysOf(store)).toEqual(['upl_1'])
      })
    })

    describe('reading', () => {
      it('gives exactly the bytes of a range', async () => {
        const { store } = await open()
        const content = randomBytes(5 * unitBytes)
        const caller = await Caller.begin(store, 'upl_1')
        await caller.send(0, content.subarray(0, 2 * unitBytes + 1))
        await caller.send(2 * unitBytes + 1, content.subarray(2 * unitBytes + 1))
        const offset = fc.nat(content.length)
        await fc.assert(
          fc.asyncProperty(offset, offset, async (a, b) => {
            const [start, end] = [Math.min(a, b), Math.max(a, b)]
            expect((await caller.read(start, end)).equals(content.subarray(start, end))).toBe(true)
          }),
          { numRuns: 40 },
        )
      })

      it('reads what there is on either side of a gap', async () => {
        const { store } = await open()
        const caller = await Caller.begin(store, 'upl_1', 10 * unitBytes)
        await caller.send(0, Buffer.from('head'))
        await caller.send(7 * unitBytes, Buffer.from('tail'))
        expect(String(await caller.read(0, 4))).toBe('head')
        expect(String(await caller.read(7 * unitBytes, 7 * unitBytes + 4))).toBe('tail')
      })

      it('says that bytes are missing rather than giving fewer', async () => {
        const { store } = await open()
        const caller = await Caller.begin(store, 'upl_1', 100)
        await caller.send(0, Buffer.from('0123'))
        await expect(caller.read(0, 5)).rejects.toMatchObject({ code: 'length_mismatch' })
        await expect(caller.read(50, 60)).rejects.toMatchObject({ code: 'length_mismatch' })
        expect(await caller.read(0, 0)).toHaveLength(0)
      })

      it('does not know a file that was never created', async () => {
        const { store } = await open()
        const { ref } = await Caller.begin(store, 'upl_1')
        const unknown = { ...ref, key: 'upl_2' }
        const reading = store.read(unknown, { start: 0, end: 1 }, { receipts: [], signal: alive })
        await expect(reading).rejects.toMatchObject({ code: 'not_found' })
      })

      it('stops when told to', async () => {
        const { store } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        await caller.send(0, Buffer.alloc(4_000_000))
        const reason = new Error('the user went away')
        await expect(caller.read(0, 4, AbortSignal.abort(reason))).rejects.toBe(reason)
        const abort = new AbortController()
        const options = { receipts: caller.receipts, signal: abort.signal }
        const body = await store.read(caller.ref, { start: 0, end: 4_000_000 }, options)
        for await (const _ of body.iterator({ destroyOnReturn: false })) break
        abort.abort(reason)
        await expect(buffer(body)).rejects.toThrow()
        expect(body.destroyed).toBe(true)
      })
    })

    describe('publishing', () => {
      it('makes the staged file a blob, and is done with it', async () => {
        const { store, blobs } = await open()
        const content = randomBytes(2 * unitBytes + 5)
        const caller = await Caller.begin(store, 'upl_1', content.length)
        await caller.send(0, content)
        await caller.publish('sources/1/original', content.length)
        expect((await contentOf(blobs, 'sources/1/original')).equals(content)).toBe(true)
        expect(await keysOf(store)).toEqual([])
        await expect(caller.read(0, 1)).rejects.toMatchObject({ code: 'not_found' })
      })

      it('publishes an empty file', async () => {
        const { store, blobs } = await open()
        const caller = await Caller.begin(store, 'upl_1', 0)
        await caller.publish('file', 0)
        expect(await contentOf(blobs, 'file')).toHaveLength(0)
      })

      it('does nothing the second time, here or in the next process', async () => {
        const { store, blobs, reopen } = await open()
        const content = randomBytes(unitBytes)
        const caller = await Caller.begin(store, 'upl_1', content.length)
        await caller.send(0, content)
        await caller.publish('file', content.length)
        const published = await blobs.info('file')
        await caller.publish('file', content.length)
        await caller.on(await reopen()).publish('file', content.length)
        expect(await blobs.info('file')).toEqual(published)
        expect((await contentOf(blobs, 'file')).equals(content)).toBe(true)
      })

      it('does not take a blob of another length for the published file', async () => {
        const { store } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        await caller.send(0, Buffer.from('0123'))
        await caller.publish('file', 4)
        for (const other of [3, 5]) {
          await expect(caller.publish('file', other)).rejects.toMatchObject({ code: 'length_mismatch' })
        }
      })

      it('may be asked for twice at the same time, by two processes', async () => {
        const { store, blobs, reopen } = await open()
        const other = await reopen()
        for (let round = 0; round < 10; round++) {
          const content = randomBytes(1_000)
          const caller = await Caller.begin(store, `upl_${round}`, 1_000)
          await caller.send(0, content)
          const twice = [caller, caller, caller.on(other)]
          await Promise.all(twice.map((each) => each.publish(`file/${round}`, 1_000)))
          expect((await contentOf(blobs, `file/${round}`)).equals(content)).toBe(true)
        }
      })

      it('loses nothing wherever the process dies, and a new one can finish', async () => {
        const { store, blobs, reopen, dieAfter } = await open()
        const content = randomBytes(unitBytes + 1)
        for (let steps = 0, died = true; died; steps++) {
          const caller = await Caller.begin(store, `upl_${steps}`, content.length)
          await caller.send(0, content)
          // A straggler's bytes behind the end, never acknowledged.
          const straggler = await caller.open(content.length)
          await straggler.write([Buffer.from('never acknowledged')])
          await straggler.sync()
          await straggler.close()
          const dying = caller.on(await reopen())
          died = await dieAfter(steps, () => dying.publish(`file/${steps}`, content.length))
          const later = caller.on(await reopen())
          const staged = await later.read(0, content.length).catch(() => undefined)
          const blob = await contentOf(blobs, `file/${steps}`).catch(() => undefined)
          expect(staged?.equals(content) === true || blob?.equals(content) === true).toBe(true)
          expect(blob === undefined || blob.equals(content)).toBe(true)
          await later.publish(`file/${steps}`, content.length)
          expect((await contentOf(blobs, `file/${steps}`)).equals(content)).toBe(true)
        }
        expect(await keysOf(store)).toEqual([])
      })

      it('refuses a file that is shorter than said, which can still be completed', async () => {
        const { store, blobs } = await open()
        const caller = await Caller.begin(store, 'upl_1', 10)
        const writer = await caller.open(0)
        await writer.write([Buffer.from('01234')])
        await caller.commit(writer)
        await expect(caller.publish('file', 10)).rejects.toMatchObject({ code: 'length_mismatch' })
        await expect(blobs.info('file')).rejects.toMatchObject({ code: 'not_found' })
        await writer.write([Buffer.from('56789')])
        await caller.commit(writer)
        await writer.close()
        await caller.publish('file', 10)
        expect(String(await contentOf(blobs, 'file'))).toBe('0123456789')
      })

      it('leaves out bytes past the end that nobody acknowledged', async () => {
        const { store, blobs } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        await caller.send(0, Buffer.from('0123456789'))
        const straggler = await caller.open(10)
        await straggler.write([Buffer.from('never acknowledged')])
        await straggler.sync()
        await straggler.close()
        await caller.publish('file', 10)
        expect(String(await contentOf(blobs, 'file'))).toBe('0123456789')
      })

      it('does not know a file that was never created', async () => {
        const { store } = await open()
        const { ref } = await Caller.begin(store, 'upl_1')
        const unknown = { ...ref, key: 'upl_2' }
        const publishing = store.publish(unknown, 'file', { sizeBytes: 0, receipts: [] })
        await expect(publishing).rejects.toMatchObject({ code: 'not_found' })
      })

      it('refuses a blob key that is not of the documented form, and keeps the staged file', async () => {
        const { store } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        await caller.send(0, Buffer.from('0123'))
        for (const key of ['', '../file', '/etc/passwd']) {
          await expect(caller.publish(key, 4)).rejects.toMatchObject({ code: 'invalid_argument' })
        }
        expect(String(await caller.read(0, 4))).toBe('0123')
      })

      it('refuses new runs afterwards, here and in the next process', async () => {
        const { store, reopen } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        await caller.send(0, Buffer.from('0123'))
        await caller.publish('file', 4)
        await expect(caller.open(0)).rejects.toMatchObject({ code: 'state_conflict' })
        await expect(caller.on(await reopen()).open(0)).rejects.toMatchObject({ code: 'state_conflict' })
        expect(await keysOf(store)).toEqual([])
      })

      it('cannot be undone by a run that was still open', async () => {
        const { store, blobs } = await open()
        const content = randomBytes(unitBytes)
        const caller = await Caller.begin(store, 'upl_1', content.length)
        await caller.send(0, content)
        const straggler = await caller.open(0)
        await straggler.write([content.subarray(0, 10)])
        const writing = straggler.write([content.subarray(10, 20)])
        await Promise.all([caller.publish('file', content.length), writing.catch(() => undefined)])
        const late = async (): Promise<void> => {
          await straggler.write([Buffer.alloc(content.length - 20)])
          await straggler.sync()
        }
        await expect(late()).rejects.toMatchObject({ code: 'state_conflict' })
        await straggler.close()
        expect((await contentOf(blobs, 'file')).equals(content)).toBe(true)
      })
    })

    describe('discarding', () => {
      it('removes the staged file for good, and again without complaint', async () => {
        const { store, reopen } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        await caller.send(0, randomBytes(2 * unitBytes))
        await store.discard(caller.ref)
        await store.discard(caller.ref)
        await store.discard({ ...caller.ref, key: 'upl_2' })
        expect(await keysOf(await reopen())).toEqual([])
        await expect(caller.read(0, 1)).rejects.toMatchObject({ code: 'not_found' })
        await expect(caller.publish('file', 4)).rejects.toMatchObject({ code: 'not_found' })
      })

      it('refuses runs afterwards, also those that were open', async () => {
        const { store } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        const straggler = await caller.open(0)
        await straggler.write([Buffer.from('0123')])
        await store.discard(caller.ref)
        await expect(caller.open(0)).rejects.toMatchObject({ code: 'state_conflict' })
        await expect(straggler.sync()).rejects.toMatchObject({ code: 'state_conflict' })
        await straggler.close()
        expect(await keysOf(store)).toEqual([])
      })

      it('needs no more than the key, as the sweeper has it', async () => {
        const { store } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        await caller.send(0, randomBytes(2 * unitBytes))
        await Caller.begin(store, 'upl_2')
        await store.discard({ key: 'upl_1', layout: '' })
        expect(await keysOf(store)).toEqual(['upl_2'])
      })

      it('leaves a published file alone', async () => {
        const { store, blobs } = await open()
        const caller = await Caller.begin(store, 'upl_1')
        await caller.send(0, Buffer.from('0123'))
        await caller.publish('file', 4)
        await store.discard(caller.ref)
        await store.discard({ key: 'upl_1', layout: '' })
        expect(String(await contentOf(blobs, 'file'))).toBe('0123')
      })
    })

    describe('looking after the storage', () => {
      it('names every staged file and when it was last written', async () => {
        const { store, reopen } = await open()
        expect(await keysOf(store)).toEqual([])
        const keys = Array.from({ length: 30 }, (_, index) => `upl_${index}.scratch-1`).sort()
        const beforeMs = Date.now()
        const callers = await Promise.all(keys.map((key) => Caller.begin(store, key)))
        await callers[0]?.send(0, Buffer.from('x'))
        expect(await keysOf(await reopen())).toEqual(keys)
        // Storage keeps its own time, coarser than ours.
        for await (const { modifiedAtMs } of store.list()) {
          expect(Math.abs(modifiedAtMs - beforeMs)).toBeLessThan(60_000)
        }
      })

      it('tells how much room there is, unless there is no limit', async () => {
        const { store } = await open()
        const { freeBytes, totalBytes } = await store.space()
        if (freeBytes === undefined || totalBytes === undefined) {
          expect({ freeBytes, totalBytes }).toEqual({ freeBytes: undefined, totalBytes: undefined })
        } else {
          expect(freeBytes).toBeGreaterThan(0)
          expect(totalBytes).toBeGreaterThanOrEqual(freeBytes)
        }
      })
    })
  })
}

/**
 * Proves what a store that can get full promises on top. `openSmall` gives a store with room for between 1 and 32 MiB.
 */
export function fullStagingStoreContract(name: string, openSmall: () => Promise<StagingStoreUnderTest>): void {
  describe(`StagingStore contract, full: ${name}`, () => {
    it('says that it is full, keeps what was synced, and takes more when there is room again', async () => {
      const { store, blobs, reopen } = await openSmall()
      const precious = randomBytes(100_000)
      const small = await Caller.begin(store, 'upl_small', 200_000)
      await small.send(0, precious)
      const large = await Caller.begin(store, 'upl_large')
      const writer = await large.open(0)
      const piece = randomBytes(1_000_000)
      let refusal: unknown
      let taken = 0
      while (refusal === undefined) {
        await writer.write([piece]).then(
          () => {
            taken += piece.length
          },
          (error: unknown) => {
            refusal = error
          },
        )
        expect(taken).toBeLessThan(40 * 1_048_576)
      }
      expect(refusal).toMatchObject({ code: 'storage_full' })
      const durableEnd = await large.commit(writer)
      await writer.close()
      expect(durableEnd).toBeGreaterThanOrEqual(taken)
      const arrived = await large.read(0, durableEnd)
      for (let at = 0; at < durableEnd; at++) if (arrived[at] !== piece[at % piece.length]) expect.fail(`byte ${at}`)
      expect((await small.on(await reopen()).read(0, 100_000)).equals(precious)).toBe(true)
      const stuck = await small.open(100_000)
      await expect(stuck.write([precious, precious])).rejects.toMatchObject({ code: 'storage_full' })
      await stuck.close()

      await store.discard(large.ref)
      await small.send(100_000, precious)
      await small.publish('file', 200_000)
      expect((await blobs.info('file')).sizeBytes).toBe(200_000)
    })
  })
}

function* pieces(content: Uint8Array, size: number): Generator<Uint8Array> {
  for (let start = 0; start < content.length; start += size) yield content.subarray(start, start + size)
}
