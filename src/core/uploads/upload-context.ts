import { DomainError } from '../errors.ts'
import type { UploadId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { MessageBus } from '../ports/message-bus.ts'
import type { Random } from '../ports/random.ts'
import type { StagingStore } from '../ports/staging-store.ts'
import type { UnitOfWork } from '../ports/unit-of-work.ts'
import { FileDigests } from './file-digest.ts'
import { SparedRoom } from './spared-room.ts'
import { StagedWindows } from './staged-windows.ts'
import type { Upload } from './upload.ts'
import { UploadGate } from './upload-gate.ts'
import type { UploadLimits } from './upload-limits.ts'
import { UploadSpace } from './upload-space.ts'

/** What uploads need from outside. */
export type UploadPorts = Readonly<{
  work: UnitOfWork
  staging: StagingStore
  bus: MessageBus
  clock: Clock
  random: Random
  limits: UploadLimits
  /** Called after a commit that enqueued jobs. */
  wakeWorkers: () => Promise<void>
}>

/** What everything that happens to uploads shares: the ports, and what this process knows of uploads that are busy. */
export class UploadContext {
  readonly work: UnitOfWork
  /** Never takes the last of the disk, and knows of windows in shared files. */
  readonly staging: StagingStore
  readonly clock: Clock
  readonly random: Random
  readonly limits: UploadLimits
  readonly gate = new UploadGate()
  readonly space: UploadSpace
  readonly fileDigests = new FileDigests()
  readonly wakeWorkers: () => Promise<void>
  readonly #bus: MessageBus

  constructor(ports: UploadPorts) {
    const { work, staging, bus, clock, random, limits, wakeWorkers } = ports
    this.work = work
    this.staging = new StagedWindows(new SparedRoom(staging, { clock, headroomBytes: limits.headroomBytes }))
    this.clock = clock
    this.random = random
    this.limits = limits
    this.space = new UploadSpace(ports)
    this.wakeWorkers = wakeWorkers
    this.#bus = bus
  }

  /** The row as it stands. Throws token_invalid when it is gone. */
  async current(id: UploadId): Promise<Upload> {
    return known(await this.work.read.uploads.get(id))
  }

  /** Tells workers and watchers of a change that was committed. */
  async announce(upload: Upload): Promise<void> {
    if (upload.state === 'consumed') await this.wakeWorkers()
    await this.#bus.publish(topic(upload.id), upload.state)
  }

  /** Calls `listener` when something about the upload changed, on any node; returns the function that stops it. */
  subscribe(id: UploadId, listener: () => void): () => void {
    return this.#bus.subscribe(topic(id), listener)
  }

  /** Frees the bytes of an upload that has ended. The last part to go takes the shared file with it. */
  async discard({ kind, staging: { key, layout } }: Upload): Promise<void> {
    if (kind === 'part' && (await this.work.read.uploads.partsIn(key)).length > 0) return
    await this.staging.discard({ key, layout })
  }
}

/** Throws token_invalid for an upload that is not there. */
export function known(upload: Upload | undefined): Upload {
  if (upload === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
  return upload
}

function topic(id: UploadId): string {
  return `upload:${id}`
}
