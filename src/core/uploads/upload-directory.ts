import type { Readable } from 'node:stream'
import { DomainError } from '../errors.ts'
import { type ProjectId, parseId, type UploadId } from '../ids.ts'
import type { ByteRange } from '../ports/blob-store.ts'
import type { Page } from '../ports/unit-of-work.ts'
import { addRange } from './ranges.ts'
import { isOpen, type Upload, type UploadState } from './upload.ts'
import type { UploadContext } from './upload-context.ts'
import { uploadTokenHash } from './upload-token.ts'

/** An upload as it stands this moment, including bytes that are on their way and not yet durable. */
export type LiveUpload = Readonly<{ upload: Upload; sentBytes: number; isActive: boolean }>

/** Finds uploads, by token, id, a dialect's key or as a list, and shows what is stored of them. Changes nothing. */
export class UploadDirectory {
  readonly #context: UploadContext

  constructor(context: UploadContext) {
    this.#context = context
  }

  async authorize(
    token: string,
    options: Readonly<{ origin?: string | undefined; admitParts?: boolean }>,
  ): Promise<Upload> {
    const { work, clock } = this.#context
    const hash = uploadTokenHash(token)
    const upload = hash === undefined ? undefined : await work.read.uploads.findByTokenHash(hash)
    const isAdmitted = upload?.kind === 'file' || options.admitParts === true
    if (upload === undefined || upload.state === 'deleted' || !isAdmitted) {
      throw new DomainError('token_invalid', 'The upload token is not valid.')
    }
    const { origins } = upload.policy
    if (options.origin !== undefined && origins.length > 0 && !origins.includes(options.origin)) {
      throw new DomainError('forbidden', 'The upload token may not be used from this origin.')
    }
    if (upload.state === 'expired' || (isOpen(upload.state) && upload.expiresAtMs <= clock.now())) {
      throw new DomainError('token_expired', 'The upload token has expired.')
    }
    return upload
  }

  async get(projectId: ProjectId, id: UploadId): Promise<LiveUpload> {
    const upload = await this.#context.work.read.uploads.get(id)
    if (upload === undefined || upload.projectId !== projectId || upload.kind === 'part') {
      throw new DomainError('not_found', 'No such upload.')
    }
    return this.live(upload)
  }

  async findByKey(projectId: ProjectId, namespace: string, key: string): Promise<Upload | undefined> {
    const { read } = this.#context.work
    const entry = await read.externalKeys.find(namespace, key, projectId)
    const id = entry && parseId('upload', entry.subjectId)
    return id && read.uploads.get(id)
  }

  live(upload: Upload): LiveUpload {
    const runs = this.#context.gate.activeRuns(upload.id)
    const inFlight = runs.map((run) => ({ start: run.start, end: run.position }))
    const sent = inFlight.reduce(addRange, upload.ranges)
    const sentBytes = sent.reduce((sum, range) => sum + range.end - range.start, 0)
    return { upload, sentBytes, isActive: runs.length > 0 }
  }

  list(
    projectId: ProjectId,
    filter: Readonly<{ states: readonly UploadState[]; ownerId?: string }>,
    page: Page,
  ): Promise<readonly Upload[]> {
    return this.#context.work.read.uploads.list(projectId, filter, page)
  }

  async read(projectId: ProjectId, id: UploadId, range: ByteRange): Promise<Readable> {
    const { work, staging } = this.#context
    const upload = await work.read.uploads.get(id)
    if (upload === undefined || upload.projectId !== projectId || !isOpen(upload.state)) {
      throw new DomainError('not_found', 'No such upload is open.')
    }
    if (!upload.ranges.some((own) => own.start <= range.start && range.end <= own.end)) {
      throw new DomainError('length_mismatch', 'Not all of these bytes have arrived.')
    }
    const receipts = await work.read.uploads.receipts(id)
    return staging.read(upload.staging, range, { receipts, signal: new AbortController().signal })
  }
}
