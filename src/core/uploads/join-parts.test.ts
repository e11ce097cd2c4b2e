import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeOnBothDatabases, unitOfWorkOn } from '../../../test/support/database.ts'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { DiskBlobStore } from '../../blobs/disk-blob-store.ts'
import { DiskStagingStore } from '../../blobs/disk-staging-store.ts'
import { MemoryBus } from '../../bus/memory-bus.ts'
import { MemoryLocker } from '../../locks/memory-locker.ts'
import { SystemRandom } from '../../system/system-random.ts'
import { newId, type ProjectId, type UploadId } from '../ids.ts'
import type { StagingStore } from '../ports/staging-store.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import type { UploadPolicy } from './upload.ts'
import { DEFAULT_UPLOAD_LIMITS, type UploadLimits } from './upload-limits.ts'
import { UploadService } from './upload-service.ts'
import { UploadSweeper } from './upload-sweeper.ts'

const MIB = 1024 * 1024
const random = new SystemRandom()
const limits: UploadLimits = { ...DEFAULT_UPLOAD_LIMITS, headroomBytes: 0, syncStepBytes: 256 * 1024 }

type Bench = {
  directory: string
  work: UnitOfWork
  clock: ManualClock
  staging: DiskStagingStore
  projectId: ProjectId
  /** Another service over the same stores: what a restarted process is. */
  service(staging?: StagingStore): UploadService
}

let bench: Bench

type Slice = Readonly<{ key: string; startByte: number; bytes: Buffer }>

/** Makes parts with all their bytes, at the given places, and an upload that they are to become. */
async function prepare(
  service: UploadService,
  slices: readonly Slice[],
  policy: Partial<UploadPolicy> = {},
): Promise<{ id: UploadId; partIds: UploadId[] }> {
  const { projectId } = bench
  const { upload } = await service.create({ projectId, fileName: 'whole.bin', policy })
  const partIds: UploadId[] = []
  for (const { bytes, ...place } of slices) {
    const part = { ...place, of: upload.id }
    const made = await service.create({ projectId, fileName: '', sizeBytes: bytes.length, part })
    await service.receive(made.upload.id, { offset: 0, body: Readable.from([bytes]), lengthBytes: bytes.length })
    partIds.push(made.upload.id)
  }
  return { id: upload.id, partIds }
}

async function content(service: UploadService, id: UploadId): Promise<Buffer> {
  const { upload } = await service.get(bench.projectId, id)
  const options = { receipts: [], signal: new AbortController().signal }
  return buffer(await bench.staging.read(upload.staging, { start: 0, end: upload.sizeBytes ?? 0 }, options))
}

const bodyOf = (text: string): Readable => Readable.from([Buffer.from(text)])

const stateOf = async (id: UploadId): Promise<string | undefined> => (await bench.work.read.uploads.get(id))?.state

const scattered = (sizes: readonly number[]): Slice[] =>
  sizes.map((size, i) => ({ key: `alone-${i}`, startByte: 0, bytes: randomBytes(size) }))

function adjoining(sizes: readonly number[]): Slice[] {
  let startByte = 0
  return sizes.map((size) => {
    const slice = { key: 'shared', startByte, bytes: randomBytes(size) }
    startByte += size
    return slice
  })
}

const whole = (slices: readonly Slice[]): Buffer => Buffer.concat(slices.map(({ bytes }) => bytes))

describeOnBothDatabases('joining parts', ({ fresh }) => {
  beforeEach(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'reeldock-join-'))
    const work = unitOfWorkOn((await fresh()).open())
    const clock = new ManualClock(1_700_000_000_000)
    const blobs = new DiskBlobStore({ directory: join(directory, 'blobs') })
    const staging = new DiskStagingStore({ directory: join(directory, 'blobs', '~staging'), blobs })
    const projectId = newId('project', clock.now(), random)
    await work.read.projects.insert({ id: projectId, name: 'test', createdAtMs: clock.now() })
    const bus = new MemoryBus({
      onHandlerError: (error) => {
        throw error
      },
    })
    const wakeWorkers = async (): Promise<void> => undefined
    const service = (own: StagingStore = staging): UploadService =>
      new UploadService({ work, staging: own, bus, clock, random, wakeWorkers, limits })
    bench = { directory, work, clock, staging, projectId, service }
  })

  afterEach(async () => {
    await rm(bench.directory, { recursive: true, force: true })
  })

  describe('parts that lie in order in one file', () => {
    it('become the upload’s own file, and nothing is read or written for it', async () => {
      const slices = adjoining([300_000, 1, 300_000])
      const { id, partIds } = await prepare(bench.service(), slices)
      const untouched = new Proxy(bench.staging, {
        get: (target, name) => {
          if (['openWriter', 'read', 'create'].includes(String(name))) throw new Error(`${String(name)} was called`)
          const value: unknown = Reflect.get(target, name)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
      const service = bench.service(untouched)
      expect(await service.joinParts(id, partIds)).toBe('done')
      expect(await stateOf(id)).toBe('consumed')
      expect(await Promise.all(partIds.map(stateOf))).toEqual(['consumed', 'consumed', 'consumed'])
      expect(await content(service, id)).toEqual(whole(slices))
      expect((await bench.work.read.uploads.get(id))?.ranges).toEqual([{ start: 0, end: 600_001 }])
    })

    it('are joined, whoever comes first, exactly once', async () => {
      const slices = adjoining([1_000, 1_000])
      const service = bench.service()
      const { id, partIds } = await prepare(service, slices)
      await bench.clock.advance(1)
      const states = await Promise.all([1, 2, 3, 4].map(() => service.joinParts(id, partIds)))
      expect(states).toEqual(['done', 'done', 'done', 'done'])
      const upload = await bench.work.read.uploads.get(id)
      expect(
        await bench.work.read.sources.listForAsset(upload?.assetId as NonNullable<typeof upload>['assetId'] & string),
      ).toHaveLength(1)
      const events = await bench.work.read.outbox.list(bench.projectId, 100)
      expect(events.map(({ event }) => event.type)).toEqual(['upload.created', 'upload.completed'])
    })

    it('are joined after a crash between taking over the file and verifying it', async () => {
      const slices = adjoining([1_000, 1_000])
      const digest = { algorithm: 'sha256', hex: createHash('sha256').update(whole(slices)).digest('hex') } as const
      const { id, partIds } = await prepare(bench.service(), slices, { digest })
      const failing = bench.service()
      failing.complete = async () => {
        throw new Error('the process died')
      }
      await expect(failing.joinParts(id, partIds)).rejects.toThrow('the process died')
      expect(await stateOf(id)).toBe('receiving')
      // Nobody may add to it, or take the file away from it, meanwhile.
      const restarted = bench.service()
      await expect(restarted.receive(id, { offset: 0, body: bodyOf('x'), lengthBytes: 1 })).rejects.toMatchObject({
        code: 'state_conflict',
      })
      expect(await bench.work.read.uploads.unownedStagingKeys(['shared'])).toEqual([])
      expect(await restarted.settleParts(id)).toBe('done')
      expect(await stateOf(id)).toBe('consumed')
      expect(await content(restarted, id)).toEqual(whole(slices))
    })

    it.each(['whole', 'still on their way'])(
      'take over from bytes of the upload’s own when they are %s',
      async (how) => {
        const slices = adjoining([1_000])
        const service = bench.service()
        const { id, partIds } = await prepare(service, slices)
        const { projectId } = bench
        const place = { key: 'shared', startByte: 1_000, of: id }
        const { upload: late } = await service.create({ projectId, fileName: '', sizeBytes: 10, part: place })
        const finish = () => service.receive(late.id, { offset: 0, body: bodyOf('0123456789'), lengthBytes: 10 })
        if (how === 'whole') await finish()
        const body = new PassThrough()
        const running = service.receive(id, { offset: 0, body })
        running.catch(() => undefined)
        body.write('these are not the bytes')
        await expect.poll(async () => (await service.get(projectId, id)).sentBytes).toBeGreaterThan(0)
        expect(await service.joinParts(id, [...partIds, late.id])).toBe(how === 'whole' ? 'done' : 'waiting')
        body.end()
        await expect(running).rejects.toMatchObject({ code: 'state_conflict' })
        if (how !== 'whole') await finish()
        expect(await service.settleParts(id)).toBe('done')
        expect(await content(service, id)).toEqual(Buffer.concat([whole(slices), Buffer.from('0123456789')]))
      },
    )

    it('wait while one of them lacks a byte', async () => {
      const service = bench.service()
      const { id, partIds } = await prepare(service, adjoining([1_000]))
      const { upload: late } = await service.create({
        projectId: bench.projectId,
        fileName: '',
        sizeBytes: 10,
        part: { key: 'shared', startByte: 1_000, of: id },
      })
      expect(await service.joinParts(id, [...partIds, late.id])).toBe('waiting')
      await service.receive(late.id, { offset: 0, body: bodyOf('123456789'), lengthBytes: 9 })
      expect(await service.settleParts(id)).toBe('waiting')
      await service.receive(late.id, { offset: 9, body: bodyOf('0'), lengthBytes: 1 })
      expect(await service.settleParts(id)).toBe('done')
      expect((await content(service, id)).subarray(1_000).toString()).toBe('1234567890')
    })
  })

  describe('parts that are scattered', () => {
    it('are copied in steps: after a crash on the way only what is missing is read', async () => {
      const slices = scattered([2 * MIB, 2 * MIB])
      const { id, partIds } = await prepare(bench.service(), slices)
      expect(await bench.service().joinParts(id, partIds)).toBe('scattered')
      const dying = bench.service(breakingReads(3 * MIB))
      await expect(dying.copyParts(id)).rejects.toThrow()
      const stored = (await bench.work.read.uploads.get(id))?.ranges ?? []
      expect(stored).toHaveLength(1)
      expect(stored[0]?.end).toBeGreaterThan(2 * MIB)
      expect(await stateOf(id)).toBe('receiving')

      const counted = countingReads()
      const restarted = bench.service(counted.staging)
      expect(await restarted.settleParts(id)).toBe('scattered')
      await restarted.copyParts(id)
      expect(counted.bytes()).toBe(4 * MIB - (stored[0]?.end ?? 0))
      expect(await stateOf(id)).toBe('consumed')
      expect(await content(restarted, id)).toEqual(whole(slices))
      expect(await Promise.all(partIds.map(stateOf))).toEqual(['consumed', 'consumed'])
      expect(await bench.work.read.uploads.unownedStagingKeys(['alone-0', 'alone-1'])).toEqual(['alone-0', 'alone-1'])
    })

    it('are copied once when two ask for it', async () => {
      const slices = scattered([MIB, MIB])
      const { id, partIds } = await prepare(bench.service(), slices)
      const counted = countingReads()
      const service = bench.service(counted.staging)
      await service.joinParts(id, partIds)
      await Promise.all([service.copyParts(id), service.copyParts(id)])
      expect(counted.bytes()).toBe(2 * MIB)
      expect(await content(service, id)).toEqual(whole(slices))
    })

    it('are refused for lack of space, and copied once there is some', async () => {
      const { id, partIds } = await prepare(bench.service(), scattered([MIB, MIB]))
      let freeBytes = MIB
      const staging = new Proxy(bench.staging, {
        get: (target, name) => {
          if (name === 'space') return async () => ({ freeBytes, totalBytes: 10 * MIB })
          const value: unknown = Reflect.get(target, name)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
      const service = bench.service(staging)
      await service.joinParts(id, partIds)
      await expect(service.copyParts(id)).rejects.toMatchObject({ code: 'storage_full' })
      freeBytes = 100 * MIB
      await bench.clock.advance(2_000)
      await service.copyParts(id)
      expect(await stateOf(id)).toBe('consumed')
    })

    it('are left alone when one of them is gone', async () => {
      const service = bench.service()
      const { id, partIds } = await prepare(service, scattered([10, 10]))
      expect(await service.joinParts(id, partIds)).toBe('scattered')
      const [first] = partIds
      if (first !== undefined) await service.remove(first)
      expect(await service.settleParts(id)).toBe('waiting')
      await service.copyParts(id)
      expect((await bench.work.read.uploads.get(id))?.ranges).toEqual([])
    })
  })

  describe('the sweeper', () => {
    const sweeper = (uploads: UploadService): UploadSweeper => {
      const { work, staging, clock } = bench
      return new UploadSweeper({ uploads, work, staging, locker: new MemoryLocker(), clock, limits })
    }

    it.each([
      ['a copy that a crash interrupted', scattered([1_000, 1_000])],
      ['a join that a crash prevented', adjoining([1_000, 1_000])],
    ])('ends %s, but not what somebody is at', async (_, slices) => {
      const dying = bench.service()
      const { id, partIds } = await prepare(dying, slices.slice(0, 1))
      const [, { bytes, ...place } = { bytes: Buffer.alloc(0), key: '', startByte: 0 }] = slices
      const { projectId } = bench
      const made = await dying.create({ projectId, fileName: '', sizeBytes: bytes.length, part: { ...place, of: id } })
      expect(await dying.joinParts(id, [...partIds, made.upload.id])).toBe('waiting')
      // The last byte, after which nobody asked.
      await dying.receive(made.upload.id, { offset: 0, body: Readable.from([bytes]), lengthBytes: bytes.length })
      const service = bench.service()
      await sweeper(service).sweep()
      expect(await stateOf(id)).toBe('pending')
      await bench.clock.advance(61_000)
      expect(await sweeper(service).sweep()).toMatchObject({ joinedUploads: 1 })
      expect(await stateOf(id)).toBe('consumed')
      expect(await content(service, id)).toEqual(whole(slices))
    })

    it('frees a shared file with the last part that expires, and announces none of them', async () => {
      const service = bench.service()
      const { projectId } = bench
      const part = (startByte: number, leaseMs: number) =>
        service.create({
          projectId,
          fileName: '',
          sizeBytes: 10,
          leaseMs,
          part: { key: 'shared', startByte, of: undefined },
        })
      for (const made of [await part(0, 10_000), await part(10, 20_000)]) {
        await service.receive(made.upload.id, { offset: 0, body: bodyOf('0123456789'), lengthBytes: 10 })
      }
      const staged = async (): Promise<string[]> => {
        const keys: string[] = []
        for await (const { key } of bench.staging.list()) keys.push(key)
        return keys
      }
      await bench.clock.advance(15_000)
      expect(await sweeper(service).sweep()).toMatchObject({ expiredUploads: 1 })
      expect(await staged()).toEqual(['shared'])
      await bench.clock.advance(15_000)
      expect(await sweeper(service).sweep()).toMatchObject({ expiredUploads: 1 })
      expect(await staged()).toEqual([])
      expect(await bench.work.read.outbox.list(projectId, 10)).toEqual([])
    })
  })
})

/** The staging store, whose reads break off after `bytes` in all. */
function breakingReads(bytes: number): StagingStore {
  let left = bytes
  return reading((chunk) => {
    left -= chunk.length
    if (left < 0) throw new Error('the process died')
  })
}

function countingReads(): { staging: StagingStore; bytes: () => number } {
  let bytes = 0
  const staging = reading((chunk) => {
    bytes += chunk.length
  })
  return { staging, bytes: () => bytes }
}

function reading(see: (chunk: Buffer) => void): StagingStore {
  return new Proxy(bench.staging, {
    get: (target, name) => {
      if (name === 'read') {
        return async (...args: Parameters<StagingStore['read']>) => {
          const body = await target.read(...args)
          const seen = async function* () {
            for await (const chunk of body) {
              see(chunk as Buffer)
              yield chunk
            }
          }
          return Readable.from(seen())
        }
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
