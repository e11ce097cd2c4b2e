import { DomainError } from '../errors.ts'
import type { UploadId } from '../ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { StagingStore } from '../ports/staging-store.ts'
import type { Repositories, UnitOfWork } from '../ports/unit-of-work.ts'
import { finishUpload } from './completion.ts'
import { addRange, contiguousBytes, missingRanges } from './ranges.ts'
import type { RunRequest } from './run-request.ts'
import { isFinished, isOpen, type Upload } from './upload.ts'
import { assertOpen, assertTakesFromClients, renewedExpiry, resolveSize } from './upload-rules.ts'

/**
 * `done`: the upload has all bytes of its parts. `waiting`: a part lacks bytes, or is gone. `scattered`: all bytes are
 * there, but not in one file and in order; they have to be copied.
 */
export type JoinState = 'done' | 'waiting' | 'scattered'

/** What the client says about the joined file; absent members stay as they are. */
export type JoinNote = Readonly<{ fileName?: string | undefined; echo?: Readonly<Record<string, string>> }>

/** `finished` is the upload when this very call finished it. */
export type Joined = Readonly<{ state: JoinState; finished?: Upload }>

const DONE: Joined = { state: 'done' }
const WAITING: Joined = { state: 'waiting' }
const SCATTERED: Joined = { state: 'scattered' }

type Parts = Readonly<{
  work: UnitOfWork
  staging: StagingStore
  clock: Clock
  random: Random
  reserve: (sizeBytes: number) => Promise<void>
  receive: (id: UploadId, request: RunRequest) => Promise<unknown>
}>

/**
 * Makes one file of parts that were sent separately. Parts whose bytes lie in one staged file, one behind the other in
 * the order of the file, are joined without touching a byte: the upload takes over the staged file. See
 * docs/decisions/0005-tus-concatenation.md.
 */
export class PartJoiner {
  readonly #parts: Parts
  readonly #copying = new Map<UploadId, Promise<boolean>>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Makes the upload of these parts, in this order, and notes what the client says about it besides. Repeated with the
   * same parts it gives the same answer. Throws state_conflict when the upload has bytes or other parts, or a part
   * belongs to another upload; not_found for a part that is none; too_large and length_mismatch as for any statement of
   * a size.
   */
  async join(id: UploadId, partIds: readonly UploadId[], note: JoinNote): Promise<Joined> {
    const nowMs = this.#parts.clock.now()
    return this.#parts.work.transaction(async (tx) => {
      const upload = await lockUpload(tx, id)
      if (isSameList(upload.partIds, partIds)) {
        return isOpen(upload.state) ? this.#settle(tx, upload, await lockParts(tx, partIds), nowMs) : DONE
      }
      assertOpen(upload, nowMs)
      assertTakesFromClients(upload)
      if (upload.kind !== 'file' || upload.partIds !== undefined || upload.ranges.length > 0) {
        throw new DomainError('state_conflict', 'The upload has bytes or parts already.')
      }
      const parts = await lockParts(tx, partIds)
      for (const part of parts.values()) {
        await assertFree(tx, part, upload, nowMs)
        await tx.uploads.update(part.id, { partOf: id }, nowMs)
      }
      const change = {
        partIds,
        sizeBytes: resolveSize(upload, totalBytes(inOrder(partIds, parts))),
        expiresAtMs: renewedExpiry(upload, nowMs),
        fileName: note.fileName ?? upload.fileName,
        echo: { ...upload.echo, ...note.echo },
      }
      await tx.uploads.update(id, change, nowMs)
      return this.#settle(tx, { ...upload, ...change }, parts, nowMs)
    })
  }

  /** Looks again at an upload that joins parts, whether these have all their bytes by now. */
  async settle(id: UploadId): Promise<Joined> {
    const { work, clock } = this.#parts
    const known = await work.read.uploads.get(id)
    if (known?.partIds === undefined) return WAITING
    if (!isOpen(known.state)) return DONE
    const { partIds } = known
    // Asked before anything is locked: most calls come while parts are still on their way.
    if (!hasAllBytes(partIds, inOrder(partIds, await readParts(work.read, partIds)))) return WAITING
    return work.transaction(async (tx) => {
      const upload = await lockUpload(tx, id)
      return isOpen(upload.state) ? this.#settle(tx, upload, await lockParts(tx, partIds), clock.now()) : DONE
    })
  }

  /**
   * Takes over the parts' staged file, if all bytes are in it and in order, and finishes the upload unless something is
   * to be verified before. `upload` and `parts` are locked.
   */
  async #settle(
    tx: Repositories,
    upload: Upload,
    parts: ReadonlyMap<UploadId, Upload>,
    nowMs: number,
  ): Promise<Joined> {
    const { partIds = [] } = upload
    const ordered = inOrder(partIds, parts)
    if (ordered.some((part) => !isOpen(part.state))) {
      return contiguousBytes(upload.ranges) === upload.sizeBytes ? DONE : WAITING
    }
    const sizeBytes = resolveSize(upload, totalBytes(ordered))
    const [first] = ordered
    if (sizeBytes === undefined || first === undefined || !hasAllBytes(partIds, ordered)) return WAITING
    const { key, layout } = first.staging
    const neighbours = await tx.uploads.partsIn(key)
    // A part of somebody else would go on writing into what is going to be a finished file.
    if (!lieInOrder(ordered) || neighbours.some((id) => !partIds.includes(id))) return SCATTERED
    const receipts: string[] = []
    for (const part of ordered) {
      receipts.push(...(await tx.uploads.receipts(part.id)))
      await tx.uploads.update(part.id, { state: 'consumed' }, nowMs)
    }
    const all = { start: 0, end: sizeBytes }
    await tx.uploads.addRange(upload.id, all, receipts)
    const sequence = Math.max(upload.sequence, ...ordered.map((part) => part.sequence))
    const change = { staging: { key, layout }, state: 'receiving', sizeBytes, sequence } as const
    await tx.uploads.update(upload.id, change, nowMs)
    const { completion, digest, allowedTypes } = upload.policy
    if (completion !== 'automatic' || digest !== undefined || allowedTypes.length > 0) return DONE
    const whole: Upload = { ...upload, ...change, ranges: addRange([], all) }
    return { state: 'done', finished: await finishUpload(tx, whole, sizeBytes, { nowMs, random: this.#parts.random }) }
  }

  /**
   * Copies what the upload still lacks out of its scattered parts, in steps that survive a crash. Resolves once all of
   * it is stored, with false when a part is gone; a second call meanwhile waits for the first.
   */
  copy(id: UploadId): Promise<boolean> {
    let copying = this.#copying.get(id)
    if (copying === undefined) {
      copying = this.#copy(id).finally(() => this.#copying.delete(id))
      this.#copying.set(id, copying)
    }
    return copying
  }

  async #copy(id: UploadId): Promise<boolean> {
    const { work, staging, clock, reserve, receive } = this.#parts
    const upload = await work.read.uploads.get(id)
    if (upload?.partIds === undefined || !isOpen(upload.state)) return false
    const parts = inOrder(upload.partIds, await readParts(work.read, upload.partIds))
    const sizeBytes = totalBytes(parts)
    if (sizeBytes === undefined || !hasAllBytes(upload.partIds, parts) || !parts.every(({ state }) => isOpen(state)))
      return false
    if (upload.ranges.length === 0) await reserve(sizeBytes)
    const signal = new AbortController().signal
    let position = 0
    for (const part of parts) {
      const end = position + (part.sizeBytes ?? 0)
      const receipts = await work.read.uploads.receipts(part.id)
      for (const missing of missingRanges(upload.ranges, sizeBytes)) {
        const from = Math.max(missing.start, position)
        const to = Math.min(missing.end, end)
        if (from >= to) continue
        const range = { start: from - position, end: to - position }
        const body = await staging.read(part.staging, range, { receipts, signal })
        try {
          await receive(id, { offset: from, body, lengthBytes: to - from, sizeBytes, isJoining: true })
        } finally {
          body.destroy()
        }
      }
      position = end
    }
    await work.transaction(async (tx) => {
      for (const partId of new Set(upload.partIds)) await tx.uploads.update(partId, { state: 'consumed' }, clock.now())
    })
    return true
  }
}

async function lockUpload(tx: Repositories, id: UploadId): Promise<Upload> {
  const upload = await tx.uploads.lock(id)
  if (upload === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
  return upload
}

/** Throws unless `part` may become a part of `upload`. One whose upload was ended is free again. */
async function assertFree(tx: Repositories, part: Upload, upload: Upload, nowMs: number): Promise<void> {
  if (part.projectId !== upload.projectId || part.kind !== 'part' || part.state === 'deleted') throw noPart()
  assertOpen(part, nowMs)
  if (part.partOf === undefined || part.partOf === upload.id) return
  const owner = await tx.uploads.get(part.partOf)
  if (owner !== undefined && (isOpen(owner.state) || isFinished(owner.state))) {
    throw new DomainError('state_conflict', 'A part belongs to another upload already.')
  }
}

/** In the order of their ids, so that two joins with parts in common cannot wait for each other. */
async function lockParts(tx: Repositories, ids: readonly UploadId[]): Promise<ReadonlyMap<UploadId, Upload>> {
  const parts = new Map<UploadId, Upload>()
  for (const id of [...new Set(ids)].sort()) {
    const part = await tx.uploads.lock(id)
    if (part === undefined) throw noPart()
    parts.set(id, part)
  }
  return parts
}

async function readParts(read: Repositories, ids: readonly UploadId[]): Promise<ReadonlyMap<UploadId, Upload>> {
  const parts = await Promise.all([...new Set(ids)].map((id) => read.uploads.get(id)))
  return new Map(parts.filter((part) => part !== undefined).map((part) => [part.id, part]))
}

function inOrder(ids: readonly UploadId[], parts: ReadonlyMap<UploadId, Upload>): readonly Upload[] {
  return ids.map((id) => parts.get(id)).filter((part) => part !== undefined)
}

function totalBytes(parts: readonly Upload[]): number | undefined {
  return parts.reduce<number | undefined>(
    (sum, { sizeBytes }) => (sum === undefined || sizeBytes === undefined ? undefined : sum + sizeBytes),
    0,
  )
}

function hasAllBytes(ids: readonly UploadId[], parts: readonly Upload[]): boolean {
  if (parts.length < ids.length) return false
  return parts.every(({ ranges, sizeBytes }) => sizeBytes !== undefined && contiguousBytes(ranges) >= sizeBytes)
}

/** True when the parts fill one staged file from its beginning, one behind the other. */
function lieInOrder(parts: readonly Upload[]): boolean {
  const first = parts[0]?.staging
  let position = 0
  for (const { staging, sizeBytes } of parts) {
    // Of the same key but another layout it is another file, as far as the store is concerned.
    if (staging.key !== first?.key || staging.layout !== first.layout || staging.startByte !== position) return false
    position += sizeBytes ?? 0
  }
  return true
}

function isSameList(a: readonly UploadId[] | undefined, b: readonly UploadId[]): boolean {
  return a !== undefined && a.length === b.length && a.every((id, i) => id === b[i])
}

function noPart(): DomainError {
  return new DomainError('not_found', 'One of the parts does not exist.')
}
