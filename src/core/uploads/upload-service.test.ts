import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setImmediate as tick } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { describeOnBothDatabases, unitOfWorkOn } from '../../../test/support/database.ts'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { DiskBlobStore } from '../../blobs/disk-blob-store.ts'
import { DiskStagingStore } from '../../blobs/disk-staging-store.ts'
import { MemoryBus } from '../../bus/memory-bus.ts'
import type { OpenDatabase } from '../../db/open-database.ts'
import { SystemRandom } from '../../system/system-random.ts'
import { type AssetId, newId, type ProjectId } from '../ids.ts'
import { LibraryService } from '../library/library-service.ts'
import type { StagingStore } from '../ports/staging-store.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import { DEFAULT_UPLOAD_LIMITS, type UploadLimits } from './upload-limits.ts'
import { UploadService } from './upload-service.ts'

const random = new SystemRandom()

type Bench = {
  directory: string
  database: OpenDatabase
  work: UnitOfWork
  clock: ManualClock
  staging: DiskStagingStore
  wakeWorkers: ReturnType<typeof vi.fn<() => Promise<void>>>
  projectId: ProjectId
  /** Another service over the same stores: what a restarted process is. */
  service(options?: { limits?: Partial<UploadLimits>; staging?: StagingStore }): UploadService
}

let bench: Bench

const EXPLICIT = { completion: 'explicit' } as const

/** Real disks are slow on busy machines; what does not happen in ten seconds does not happen. */
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000 })

const bodyOf = (bytes: Uint8Array | string): Readable => Readable.from([Buffer.from(bytes)])

async function stagedText(service: UploadService, token: string): Promise<string> {
  const { staging, sizeBytes } = await service.authorize(token)
  const range = { start: 0, end: sizeBytes ?? 0 }
  const parts: Buffer[] = []
  for await (const part of await bench.staging.read(staging, range, {
    receipts: [],
    signal: new AbortController().signal,
  })) {
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts).toString()
}

async function stagedKeys(): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of bench.staging.list()) keys.push(key)
  return keys
}

const events = async (): Promise<string[]> =>
  (await bench.work.read.outbox.list(bench.projectId, 100)).map(({ event }) => event.type)

describeOnBothDatabases('UploadService', ({ fresh }) => {
  beforeEach(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'reeldock-uploads-'))
    const database = (await fresh()).open()
    const work = unitOfWorkOn(database)
    const clock = new ManualClock(1_700_000_000_000)
    const blobs = new DiskBlobStore({ directory: join(directory, 'blobs') })
    const staging = new DiskStagingStore({ directory: join(directory, 'blobs', '~staging'), blobs })
    const wakeWorkers = vi.fn(async () => undefined)
    const projectId = newId('project', clock.now(), random)
    await work.read.projects.insert({ id: projectId, name: 'test', createdAtMs: clock.now() })
    const bus = new MemoryBus({
      onHandlerError: (error) => {
        throw error
      },
    })
    bench = {
      directory,
      database,
      work,
      clock,
      staging,
      wakeWorkers,
      projectId,
      service: (options = {}) =>
        new UploadService({
          work,
          staging: options.staging ?? staging,
          bus,
          clock,
          random,
          wakeWorkers,
          limits: { ...DEFAULT_UPLOAD_LIMITS, headroomBytes: 0, ...options.limits },
        }),
    }
  })

  afterEach(async () => {
    await rm(bench.directory, { recursive: true, force: true })
  })

  describe('taking', () => {
    const complete = async (service: UploadService) => {
      const request = { projectId: bench.projectId, fileName: 'a.srt', asset: 'none', policy: EXPLICIT } as const
      const { upload } = await service.create(request)
      await service.receive(upload.id, { offset: 0, body: bodyOf('hello') })
      await service.complete(upload.id)
      return upload.id
    }

    it('lends the file of a complete upload once, and frees its bytes then', async () => {
      const service = bench.service()
      const id = await complete(service)
      expect(await service.take(id, (body) => text(body))).toBe('hello')
      expect((await service.get(bench.projectId, id)).upload).toMatchObject({ state: 'consumed', assetId: undefined })
      expect(await stagedKeys()).toEqual([])
      await expect(service.take(id, (body) => text(body))).rejects.toMatchObject({ code: 'state_conflict' })
    })

    it('leaves all as it was when the file was no use', async () => {
      const service = bench.service()
      const id = await complete(service)
      const use = () => Promise.reject(new Error('no captions'))
      await expect(service.take(id, use)).rejects.toThrow('no captions')
      expect(await service.take(id, (body) => text(body))).toBe('hello')
    })

    it('is not for uploads that may still grow', async () => {
      const service = bench.service()
      const request = { projectId: bench.projectId, fileName: 'a.srt', asset: 'none', policy: EXPLICIT } as const
      const { upload } = await service.create(request)
      await service.receive(upload.id, { offset: 0, body: bodyOf('hel') })
      await expect(service.take(upload.id, (body) => text(body))).rejects.toMatchObject({ code: 'state_conflict' })
    })
  })

  describe('receiving', () => {
    it('takes a whole file, makes it a source of its asset and enqueues its processing, all at once', async () => {
      const service = bench.service()
      const { upload, token } = await service.create({ projectId: bench.projectId, fileName: 'a.mp4' })
      await bench.clock.advance(1)
      const { upload: after } = await service.receive(upload.id, {
        offset: 0,
        body: bodyOf('hello'),
        lengthBytes: 5,
        isLast: true,
      })
      expect(after).toMatchObject({ state: 'consumed', sizeBytes: 5, ranges: [{ start: 0, end: 5 }] })
      expect(await stagedText(service, token)).toBe('hello')
      const [source] = await bench.work.read.sources.listForAsset(upload.assetId as NonNullable<typeof upload.assetId>)
      expect(source).toMatchObject({ uploadId: upload.id, version: 1, sizeBytes: 5, fileName: 'a.mp4' })
      const jobs = await bench.work.read.jobs.listForSources(source === undefined ? [] : [source.id])
      expect(jobs).toMatchObject([{ kind: 'ingest', state: 'queued' }])
      expect(await events()).toEqual(['upload.created', 'upload.completed'])
      expect(bench.wakeWorkers).toHaveBeenCalledOnce()
    })

    it('has synced data and committed the range before it answers, in this order', async () => {
      const order: string[] = []
      const spied: StagingStore = Object.assign(Object.create(bench.staging) as StagingStore, {
        create: bench.staging.create.bind(bench.staging),
        space: bench.staging.space.bind(bench.staging),
        openWriter: async (...args: Parameters<StagingStore['openWriter']>) => {
          const writer = await bench.staging.openWriter(...args)
          return {
            write: (buffers: readonly Uint8Array[]) => writer.write(buffers).then(() => void order.push('written')),
            sync: () =>
              writer.sync().then(async (result) => {
                const row = await bench.work.read.uploads.get(upload.id)
                order.push(`synced while ${row?.ranges.length} ranges are committed`)
                return result
              }),
            close: () => writer.close(),
          }
        },
      })
      const service = bench.service({ staging: spied })
      const { upload } = await service.create({ projectId: bench.projectId, fileName: 'a.mp4' })
      await service.receive(upload.id, { offset: 0, body: bodyOf('hello'), lengthBytes: 5 })
      order.push(`answered with ${(await bench.work.read.uploads.get(upload.id))?.ranges.length} range committed`)
      expect(order).toEqual(['written', 'synced while 0 ranges are committed', 'answered with 1 range committed'])
    })

    it('puts chunks where they belong, in any order and side by side, and completes with the last of them', async () => {
      const service = bench.service()
      const file = randomBytes(100_000)
      const { upload, token } = await service.create({
        projectId: bench.projectId,
        fileName: 'a.mp4',
        sizeBytes: file.length,
      })
      const offsets = Array.from({ length: 20 }, (_, i) => i * 5_000).sort(() => Math.random() - 0.5)
      const results = await Promise.all(
        offsets.map((offset) => {
          const chunk = file.subarray(offset, offset + 5_000)
          return service.receive(upload.id, { offset, body: bodyOf(chunk), lengthBytes: chunk.length })
        }),
      )
      expect(results.filter(({ upload: after }) => after.state === 'consumed')).toHaveLength(1)
      const after = await service.authorize(token)
      expect(after).toMatchObject({ state: 'consumed', ranges: [{ start: 0, end: 100_000 }] })
      const read = await bench.staging.read(
        after.staging,
        { start: 0, end: file.length },
        { receipts: [], signal: new AbortController().signal },
      )
      const hash = createHash('sha256')
      for await (const part of read) hash.update(part as Buffer)
      expect(hash.digest('hex')).toBe(createHash('sha256').update(file).digest('hex'))
      expect((await events()).filter((type) => type === 'upload.completed')).toHaveLength(1)
    })

    it('keeps what arrived before the client went away, and goes on from there in another process', async () => {
      const { upload, token } = await bench
        .service()
        .create({ projectId: bench.projectId, fileName: 'a.mp4', sizeBytes: 10 })
      const body = new PassThrough()
      const service = bench.service()
      const first = expect(service.receive(upload.id, { offset: 0, body, lengthBytes: 10 })).rejects.toMatchObject({
        code: 'client_aborted',
      })
      body.write('hell')
      await soon(() => expect(service.live(upload).sentBytes).toBe(4))
      body.destroy(new Error('ECONNRESET'))
      await first
      const restarted = bench.service()
      expect((await restarted.authorize(token)).ranges).toEqual([{ start: 0, end: 4 }])
      const { upload: after } = await restarted.receive(upload.id, {
        offset: 'append',
        body: bodyOf('o worl'),
        lengthBytes: 6,
      })
      expect(after.state).toBe('consumed')
      expect(await stagedText(restarted, token)).toBe('hello worl')
    })

    it('commits long bodies in steps while they come', async () => {
      const service = bench.service({ limits: { syncStepBytes: 4, bufferBytes: 1 } })
      const { upload, token } = await service.create({ projectId: bench.projectId, fileName: 'a.mp4' })
      const body = new PassThrough()
      const durable: number[] = []
      // As large as the smallest buffer, so that each of these is one write.
      const block = Buffer.alloc(65_536, 1)
      const running = service.receive(upload.id, {
        offset: 0,
        body,
        onDurable: (offset) => durable.push(offset),
        isLast: true,
      })
      body.write(block)
      await soon(() => expect(durable).toEqual([65_536]))
      expect((await service.authorize(token)).state).toBe('receiving')
      body.end(block)
      expect((await running).upload).toMatchObject({ state: 'consumed', sizeBytes: 131_072 })
    })

    it('lets a newer request take over the same bytes, keeping what the older one had', async () => {
      const service = bench.service()
      const { upload, token } = await service.create({ projectId: bench.projectId, fileName: 'a.mp4', sizeBytes: 6 })
      const stalled = new PassThrough()
      const old = expect(
        service.receive(upload.id, { offset: 0, body: stalled, lengthBytes: 6 }),
      ).rejects.toMatchObject({
        code: 'superseded',
      })
      stalled.write('ab')
      await soon(() => expect(service.live(upload).sentBytes).toBe(2))
      const next = await service.receive(upload.id, { offset: 'append', body: bodyOf('cdef'), lengthBytes: 4 })
      await old
      expect(next.offset).toBe(2)
      expect(await stagedText(service, token)).toBe('abcdef')
    })

    it.each([
      ['bytes past the declared size', { sizeBytes: 3 }, { body: 'abcd', lengthBytes: 4 }, 'length_mismatch'],
      [
        'bytes past the declared size in a body of unknown length',
        { sizeBytes: 3 },
        { body: 'abcd' },
        'length_mismatch',
      ],
      ['bytes past the token limit', { policy: { maxSizeBytes: 3 } }, { body: 'abcd', lengthBytes: 4 }, 'too_large'],
      [
        'bytes past the token limit in a body of unknown length',
        { policy: { maxSizeBytes: 3 } },
        { body: 'abcd' },
        'too_large',
      ],
      ['a total that contradicts the declared size', { sizeBytes: 3 }, { body: 'a', sizeBytes: 4 }, 'length_mismatch'],
      [
        'a chunk that is too small',
        { sizeBytes: 9, policy: { minChunkBytes: 2 } },
        { body: 'a', lengthBytes: 1 },
        'chunk_too_small',
      ],
      [
        'an offset that does not continue',
        { sizeBytes: 9 },
        { body: 'a', offset: 3, mustContinue: true },
        'offset_mismatch',
      ],
      [
        'a chunk with a wrong digest',
        {},
        { body: 'a', digest: { algorithm: 'md5' as const, value: Buffer.alloc(16) } },
        'checksum_mismatch',
      ],
    ])('refuses %s and acknowledges none of them', async (_what, create, request, code) => {
      const service = bench.service()
      const { upload, token } = await service.create({ projectId: bench.projectId, fileName: 'a.mp4', ...create })
      const run = { offset: 0, ...request, body: bodyOf(request.body) }
      await expect(service.receive(upload.id, run)).rejects.toMatchObject({ code })
      expect((await service.authorize(token)).ranges).toEqual([])
    })

    it('leaves acknowledged bytes alone when a digested chunk over them does not fit, and replaces them when it does', async () => {
      const service = bench.service()
      const { upload, token } = await service.create({ projectId: bench.projectId, fileName: 'a.mp4', sizeBytes: 6 })
      await service.receive(upload.id, { offset: 0, body: bodyOf('abc'), lengthBytes: 3 })
      const digest = { algorithm: 'sha1' as const, value: createHash('sha1').update('XYZ').digest() }
      await expect(
        service.receive(upload.id, { offset: 0, body: bodyOf('XYz'), lengthBytes: 3, digest }),
      ).rejects.toMatchObject({ code: 'checksum_mismatch' })
      await service.receive(upload.id, { offset: 3, body: bodyOf('de'), lengthBytes: 2 })
      await service.receive(upload.id, { offset: 0, body: bodyOf('XYZ'), lengthBytes: 3, digest })
      await service.receive(upload.id, { offset: 5, body: bodyOf('f'), lengthBytes: 1 })
      expect(await stagedText(service, token)).toBe('XYZdef')
    })

    it('holds nothing of a digested chunk that broke off', async () => {
      const service = bench.service()
      const { upload, token } = await service.create({ projectId: bench.projectId, fileName: 'a.mp4' })
      const body = new PassThrough()
      const digest = { algorithm: 'md5' as const, value: createHash('md5').update('abcd').digest() }
      const running = expect(
        service.receive(upload.id, { offset: 0, body, lengthBytes: 4, digest }),
      ).rejects.toMatchObject({ code: 'client_aborted' })
      body.write('ab')
      await soon(() => expect(service.live(upload).sentBytes).toBe(2))
      body.destroy()
      await running
      expect((await service.authorize(token)).ranges).toEqual([])
    })

    it('ends a transfer at a hard deadline, but lets a moving one outlive its lease', async () => {
      const service = bench.service({ limits: { syncStepMs: 0 } })
      for (const expiry of ['deadline', 'lease'] as const) {
        const { upload } = await service.create({
          projectId: bench.projectId,
          fileName: 'a',
          leaseMs: 10_000,
          policy: { expiry },
        })
        const body = new PassThrough()
        const running = service.receive(upload.id, { offset: 0, body, isLast: true })
        const outcome = running.then(
          ({ upload: after }) => after.state,
          (error: { code: string }) => error.code,
        )
        for (let second = 0; second < 12; second++) {
          body.write(Buffer.alloc(66_000))
          await soon(() => expect(service.live(upload).sentBytes === 66_000 * (second + 1) || second > 9).toBe(true))
          await bench.clock.advance(1_000)
          await tick()
        }
        body.end()
        expect(await outcome).toBe(expiry === 'deadline' ? 'token_expired' : 'consumed')
      }
    })

    it('ends a request that brings nothing for too long', async () => {
      const service = bench.service({ limits: { idleTimeoutMs: 3_000 } })
      const { upload } = await service.create({ projectId: bench.projectId, fileName: 'a' })
      const body = new PassThrough()
      const outcome = expect(service.receive(upload.id, { offset: 0, body })).rejects.toMatchObject({
        code: 'client_too_slow',
      })
      body.write('x')
      await soon(() => expect(service.live(upload).sentBytes).toBe(1))
      for (let second = 0; second < 5; second++) await bench.clock.advance(1_000)
      await outcome
    })

    it('takes an empty file', async () => {
      const service = bench.service()
      const { upload } = await service.create({ projectId: bench.projectId, fileName: 'a' })
      const { upload: after } = await service.receive(upload.id, {
        offset: 0,
        body: bodyOf(''),
        lengthBytes: 0,
        isLast: true,
      })
      expect(after).toMatchObject({ state: 'consumed', sizeBytes: 0 })
    })
  })

  describe('a run within bounds of its own', () => {
    it('shows every byte in order, and refuses those past its limit', async () => {
      const service = bench.service()
      const { upload } = await service.create({ projectId: bench.projectId, fileName: 'a', policy: EXPLICIT })
      const seen: Buffer[] = []
      const onChunk = (chunk: Uint8Array): void => void seen.push(Buffer.from(chunk))
      await service.receive(upload.id, { offset: 4, body: bodyOf('4567'), limitBytes: 4, onChunk })
      expect(Buffer.concat(seen).toString()).toBe('4567')
      const tooLong = service.receive(upload.id, { offset: 0, body: bodyOf('01234'), limitBytes: 4 })
      await expect(tooLong).rejects.toMatchObject({ code: 'length_mismatch' })
      expect((await service.get(bench.projectId, upload.id)).upload.ranges).toEqual([{ start: 4, end: 8 }])
    })
  })

  describe('reading what has arrived', () => {
    it('gives stored bytes back while the upload is open, to its project', async () => {
      const service = bench.service()
      const { upload } = await service.create({ projectId: bench.projectId, fileName: 'a', policy: EXPLICIT })
      await service.receive(upload.id, { offset: 2, body: bodyOf('2345'), isLast: false })
      const read = (start: number, end: number) => service.read(bench.projectId, upload.id, { start, end })
      expect(await text(await read(3, 5))).toBe('34')
      await expect(read(1, 3)).rejects.toMatchObject({ code: 'length_mismatch' })
      const stranger = newId('project', bench.clock.now(), random)
      await expect(service.read(stranger, upload.id, { start: 2, end: 3 })).rejects.toMatchObject({ code: 'not_found' })
      await service.receive(upload.id, { offset: 0, body: bodyOf('01') })
      await service.complete(upload.id)
      await expect(read(3, 5)).rejects.toMatchObject({ code: 'not_found' })
    })
  })

  describe("a dialect's name for an upload", () => {
    it('finds it within its project, and goes over to the next one from the one before', async () => {
      const service = bench.service()
      const create = (instead?: string) =>
        service.create({
          projectId: bench.projectId,
          fileName: 'a',
          externalKeys: [{ namespace: 'vendor', key: 'k', of: 'upload', instead }],
        })
      const find = async () => (await service.findByKey(bench.projectId, 'vendor', 'k'))?.id
      const first = (await create()).upload
      expect(await find()).toBe(first.id)
      await expect(create()).rejects.toMatchObject({ code: 'state_conflict' })
      const second = (await create(first.id)).upload
      expect(await find()).toBe(second.id)
      expect(await service.findByKey(newId('project', 1, random), 'vendor', 'k')).toBeUndefined()
    })
  })

  describe('slow clients', () => {
    it('have their bytes stored every few seconds, however few they are', async () => {
      const service = bench.service({ limits: { syncStepMs: 5_000 } })
      const { upload, token } = await service.create({ projectId: bench.projectId, fileName: 'a' })
      const body = new PassThrough()
      const running = service.receive(upload.id, { offset: 0, body, isLast: true })
      let sent = 0
      const stored = async () => (await service.authorize(token)).ranges[0]?.end ?? 0
      // A real disk needs its time while the clock jumps, so it is the disk's that is waited for.
      for (const untilMs = Date.now() + 20_000; (await stored()) <= 4 && Date.now() < untilMs; ) {
        body.write('x')
        sent += 1
        await soon(() => expect(service.live(upload).sentBytes).toBe(sent))
        await bench.clock.advance(1_000)
      }
      expect(await stored()).toBeGreaterThan(4)
      body.end()
      expect((await running).upload.sizeBytes).toBe(sent)
    })

    it('that break off before anybody reads their body harm nothing', async () => {
      const service = bench.service()
      const { upload } = await service.create({ projectId: bench.projectId, fileName: 'a' })
      const body = new PassThrough()
      const running = expect(service.receive(upload.id, { offset: 0, body })).rejects.toMatchObject({
        code: 'client_aborted',
      })
      body.destroy(new Error('ECONNRESET'))
      await running
    })
  })

  describe('completion', () => {
    it('gives the first answer again when it is repeated', async () => {
      const service = bench.service()
      const { upload } = await service.create({
        projectId: bench.projectId,
        fileName: 'a',
        policy: { completion: 'explicit' },
      })
      await service.receive(upload.id, { offset: 0, body: bodyOf('abc'), lengthBytes: 3 })
      const answers = await Promise.all([
        service.complete(upload.id),
        service.complete(upload.id),
        service.complete(upload.id),
      ])
      for (const answer of answers) expect(answer).toMatchObject({ state: 'consumed', sizeBytes: 3 })
      expect((await events()).filter((type) => type === 'upload.completed')).toHaveLength(1)
    })

    it('names what is missing', async () => {
      const service = bench.service()
      const { upload } = await service.create({ projectId: bench.projectId, fileName: 'a', sizeBytes: 10 })
      await service.receive(upload.id, { offset: 2, body: bodyOf('abc'), lengthBytes: 3 })
      await expect(service.complete(upload.id)).rejects.toMatchObject({
        code: 'length_mismatch',
        details: { missing: ['0-1', '5-9'] },
      })
    })

    it('waits a bounded time for bytes that are still on their way', async () => {
      const service = bench.service()
      const { upload } = await service.create({
        projectId: bench.projectId,
        fileName: 'a',
        policy: { completion: 'explicit' },
      })
      await service.receive(upload.id, { offset: 3, body: bodyOf('def'), lengthBytes: 3 })
      const completing = service.complete(upload.id, { sizeBytes: 6, waitMs: 60_000 })
      await tick()
      await service.receive(upload.id, { offset: 0, body: bodyOf('abc'), lengthBytes: 3 })
      expect((await completing).state).toBe('consumed')
    })

    it('verifies the digest of the whole file, computed on the way or by reading it', async () => {
      const hex = createHash('sha256').update('abcdef').digest('hex')
      for (const order of [
        [0, 3],
        [3, 0],
      ]) {
        const service = bench.service()
        const policy = { digest: { algorithm: 'sha256', hex } as const }
        const { upload } = await service.create({ projectId: bench.projectId, fileName: 'a', sizeBytes: 6, policy })
        for (const offset of order) {
          await service.receive(upload.id, { offset, body: bodyOf('abcdef'.slice(offset, offset + 3)), lengthBytes: 3 })
        }
        expect((await service.get(bench.projectId, upload.id)).upload.state).toBe('consumed')
      }
    })

    it('refuses a file with another digest, keeps its bytes, and accepts it once they are mended', async () => {
      const service = bench.service()
      const hex = createHash('sha256').update('abc').digest('hex')
      const policy = { digest: { algorithm: 'sha256', hex } as const }
      const { upload, token } = await service.create({
        projectId: bench.projectId,
        fileName: 'a',
        sizeBytes: 3,
        policy,
      })
      await expect(
        service.receive(upload.id, { offset: 0, body: bodyOf('abX'), lengthBytes: 3 }),
      ).rejects.toMatchObject({
        code: 'checksum_mismatch',
      })
      expect((await service.authorize(token)).ranges).toEqual([{ start: 0, end: 3 }])
      const { upload: after } = await service.receive(upload.id, { offset: 2, body: bodyOf('c'), lengthBytes: 1 })
      expect(after.state).toBe('consumed')
    })

    it('takes no more bytes afterwards', async () => {
      const service = bench.service()
      const { upload } = await service.create({ projectId: bench.projectId, fileName: 'a' })
      await service.receive(upload.id, { offset: 0, body: bodyOf('abc'), lengthBytes: 3, isLast: true })
      await expect(service.receive(upload.id, { offset: 0, body: bodyOf('x') })).rejects.toMatchObject({
        code: 'state_conflict',
      })
    })
  })

  describe('attaching', () => {
    const noAsset = (): Parameters<UploadService['create']>[0] => ({
      projectId: bench.projectId,
      fileName: 'a.mp4',
      asset: 'none',
      policy: { completion: 'explicit' },
    })
    const newAsset = async (): Promise<AssetId> => {
      const library = new LibraryService({ ...bench, random, wakeWorkers: bench.wakeWorkers })
      return (await library.create({ projectId: bench.projectId, title: '' })).asset.id
    }

    it('makes a complete upload the source of its asset at once, and one asset only', async () => {
      const service = bench.service()
      const { upload } = await service.create(noAsset())
      await service.receive(upload.id, { offset: 0, body: bodyOf('hello') })
      await service.complete(upload.id)
      const assetId = await newAsset()
      expect(await service.attach(upload.id, assetId)).toMatchObject({ state: 'consumed', assetId })
      expect(await bench.work.read.sources.listForAsset(assetId)).toMatchObject([{ uploadId: upload.id, sizeBytes: 5 }])
      expect(bench.wakeWorkers).toHaveBeenCalledOnce()
      await expect(service.attach(upload.id, await newAsset())).rejects.toMatchObject({ code: 'state_conflict' })
    })

    it('lets an upload without a byte wait for its file, which is used as soon as it is complete', async () => {
      const service = bench.service()
      const { upload } = await service.create(noAsset())
      const assetId = await newAsset()
      expect(await service.attach(upload.id, assetId)).toMatchObject({ state: 'pending', assetId })
      await service.receive(upload.id, { offset: 0, body: bodyOf('hello') })
      expect(await service.complete(upload.id)).toMatchObject({ state: 'consumed', assetId })
    })

    it('counts from now on, also when a younger upload for the asset was given up before', async () => {
      const service = bench.service()
      const older = (await service.create(noAsset())).upload
      await bench.clock.advance(1)
      const younger = (await service.create(noAsset())).upload
      const assetId = await newAsset()
      await service.attach(younger.id, assetId)
      await service.remove(younger.id)
      await service.attach(older.id, assetId)
      expect(await bench.work.read.uploads.newestForAsset(assetId)).toMatchObject({ id: older.id, state: 'pending' })
    })

    it("refuses another project's asset and an upload that is over", async () => {
      const service = bench.service()
      const { upload } = await service.create(noAsset())
      const stranger = newId('asset', bench.clock.now(), random)
      await expect(service.attach(upload.id, stranger)).rejects.toMatchObject({ code: 'not_found' })
      const assetId = await newAsset()
      await service.remove(upload.id)
      await expect(service.attach(upload.id, assetId)).rejects.toMatchObject({ code: 'token_invalid' })
    })
  })

  describe('a body that is held', () => {
    it('can be read again, belongs to no upload, and leaves nothing behind', async () => {
      const service = bench.service()
      const held = await service.hold(bodyOf('hello'))
      expect(held.sizeBytes).toBe(5)
      const { upload } = await service.create({ projectId: bench.projectId, fileName: 'a.mp4', sizeBytes: 5 })
      expect((await service.receive(upload.id, { offset: 0, body: await held.open() })).upload.state).toBe('consumed')
      await held.discard()
      expect(await stagedKeys()).toEqual([upload.id])
    })

    it('is refused past its limit, and then nothing of it is kept', async () => {
      const held = bench.service().hold(bodyOf('hello'), { limitBytes: 4 })
      await expect(held).rejects.toMatchObject({ code: 'too_large' })
      expect(await stagedKeys()).toEqual([])
    })
  })

  describe('parallel runs of unknown length', () => {
    it('go side by side, and who waits for them in vain does not end them', async () => {
      const service = bench.service()
      const { upload } = await service.create({
        projectId: bench.projectId,
        fileName: 'a.mp4',
        policy: { completion: 'explicit' },
      })
      const slow = new PassThrough()
      const first = service.receive(upload.id, { offset: 0, body: slow, isOneOfMany: true })
      slow.write('he')
      await service.receive(upload.id, { offset: 3, body: bodyOf('lo'), isOneOfMany: true })
      const inVain = service.complete(upload.id, { sizeBytes: 5, waitMs: 2_000 })
      const refused = expect(inVain).rejects.toMatchObject({ code: 'length_mismatch' })
      let isRefused = false
      void refused.then(() => {
        isRefused = true
      })
      await soon(async () => {
        await bench.clock.advance(500)
        expect(isRefused).toBe(true)
      })
      await refused
      slow.end('l')
      expect((await first).upload.ranges).toEqual([{ start: 0, end: 5 }])
      expect(await service.complete(upload.id, { sizeBytes: 5 })).toMatchObject({ state: 'consumed' })
    })
  })

  describe('tokens', () => {
    it('open their upload and nothing else', async () => {
      const service = bench.service()
      const { upload, token } = await service.create({ projectId: bench.projectId, fileName: 'a' })
      expect((await service.authorize(token)).id).toBe(upload.id)
      for (const wrong of [
        '',
        'x',
        token.slice(1),
        `${token}x`,
        token.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
        upload.id,
      ]) {
        await expect(service.authorize(wrong)).rejects.toMatchObject({ code: 'token_invalid' })
      }
      const raw = await bench.database.db.selectFrom('uploads').selectAll().execute()
      expect(JSON.stringify(raw)).not.toContain(token)
    })

    it('expire, may be renewed up to a hard end, and may be limited to origins', async () => {
      const service = bench.service({ limits: { hardLifetimeMs: 30_000 } })
      const policy = { origins: ['https://cms.example'] }
      const { upload, token } = await service.create({
        projectId: bench.projectId,
        fileName: 'a',
        leaseMs: 10_000,
        policy,
      })
      await expect(service.authorize(token, { origin: 'https://evil.example' })).rejects.toMatchObject({
        code: 'forbidden',
      })
      await expect(service.authorize(token, { origin: 'https://cms.example' })).resolves.toBeDefined()
      expect((await service.renew(upload.id, 3_600_000)).expiresAtMs).toBe(bench.clock.now() + 30_000)
      await bench.clock.advance(29_999)
      await expect(service.authorize(token)).resolves.toBeDefined()
      await bench.clock.advance(1)
      await expect(service.authorize(token)).rejects.toMatchObject({ code: 'token_expired' })
      await expect(service.receive(upload.id, { offset: 0, body: bodyOf('x') })).rejects.toMatchObject({
        code: 'token_expired',
      })
    })

    it('are void once the upload is removed, also for a request that is running', async () => {
      const service = bench.service()
      const { upload, token } = await service.create({ projectId: bench.projectId, fileName: 'a' })
      const body = new PassThrough()
      const running = expect(service.receive(upload.id, { offset: 0, body })).rejects.toMatchObject({
        code: 'superseded',
      })
      body.write('abc')
      await soon(() => expect(service.live(upload).sentBytes).toBe(3))
      await service.remove(upload.id)
      await running
      await expect(service.authorize(token)).rejects.toMatchObject({ code: 'token_invalid' })
      for await (const { key } of bench.staging.list()) expect(key).not.toBe(upload.staging.key)
    })

    it('are refused when the space they declare is not there', async () => {
      const full = Object.assign(Object.create(bench.staging) as StagingStore, {
        space: async () => ({ freeBytes: 1_000, totalBytes: 2_000 }),
      })
      const service = bench.service({ staging: full, limits: { headroomBytes: 100 } })
      const ask = (sizeBytes: number) => service.create({ projectId: bench.projectId, fileName: 'a', sizeBytes })
      await ask(600)
      await expect(ask(600)).rejects.toMatchObject({ code: 'storage_full' })
      await bench.clock.advance(1_001)
      await expect(ask(600)).rejects.toMatchObject({ code: 'storage_full' })
      await expect(ask(300)).resolves.toBeDefined()
    })

    it('take no byte of the room that the database needs, keep what fitted, and go on once there is room', async () => {
      const disk = { freeBytes: 1_000 }
      vi.spyOn(bench.staging, 'space').mockImplementation(async () => ({ ...disk, totalBytes: 2_000 }))
      const service = bench.service({ limits: { headroomBytes: 100 } })
      const { upload } = await service.create({ projectId: bench.projectId, fileName: 'a' })
      await service.receive(upload.id, { offset: 0, body: bodyOf('a'.repeat(400)) })
      disk.freeBytes = 600
      const tooMuch = service.receive(upload.id, { offset: 400, body: bodyOf('b'.repeat(501)) })
      await expect(tooMuch).rejects.toMatchObject({ code: 'storage_full' })
      const { ranges } = (await service.get(bench.projectId, upload.id)).upload
      expect(ranges).toEqual([{ start: 0, end: 400 }])
      disk.freeBytes = 601
      const rest = await service.receive(upload.id, { offset: 400, body: bodyOf('b'.repeat(501)), isLast: true })
      expect(rest.upload).toMatchObject({ sizeBytes: 901 })
    })
  })
})
