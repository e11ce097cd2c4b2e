import { DomainError } from '../errors.ts'
import type { AssetId, ProjectId, UploadId } from '../ids.ts'
import type { Asset } from '../library/asset.ts'
import { assertTargetExists } from '../library/placing.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import { admitPart } from './admit-part.ts'
import { heldFile, lookedForDigest } from './held-file.ts'
import { recordAnswer, recordedAnswer } from './idempotent-create.ts'
import { enqueuePull } from './pull.ts'
import type { Upload } from './upload.ts'
import type { UploadContext } from './upload-context.ts'
import { type NewUpload, planUpload } from './upload-plan.ts'
import { newUploadToken, uploadTokenHash } from './upload-token.ts'

/** What a caller needs after issuing: the token is shown this once. */
export type IssuedUpload = Readonly<{
  upload: Upload
  token: string
  /** The answer of an earlier request with the same idempotency key, given again. */
  isRepeated: boolean
}>

/** Either a token, or the asset that has the file already. */
export type IssuedOrHeld = Readonly<{ issued: IssuedUpload; held?: never } | { held: Asset; issued?: never }>

/** Issues tokens: the upload, the asset it will become, its names and its event, in one transaction. */
export class UploadIssuer {
  readonly #context: UploadContext

  constructor(context: UploadContext) {
    this.#context = context
  }

  async create(
    request: NewUpload,
    options: Readonly<{ idempotencyKey?: string | undefined; token?: string }>,
  ): Promise<IssuedUpload> {
    const { idempotencyKey } = options
    if (idempotencyKey === undefined) return this.#issue(request, undefined, options.token)
    const repeated = async (): Promise<IssuedUpload | undefined> => {
      const recorded = await recordedAnswer(this.#context.work.read, request, idempotencyKey)
      return recorded && { ...recorded, isRepeated: true }
    }
    const before = await repeated()
    if (before !== undefined) return before
    return this.#issue(request, idempotencyKey).catch(async (error: unknown) => {
      const rival = await repeated()
      if (rival === undefined) throw error
      return rival
    })
  }

  async createUnlessHeld(
    request: NewUpload,
    options: Readonly<{ idempotencyKey?: string | undefined }>,
  ): Promise<IssuedOrHeld> {
    const { read } = this.#context.work
    const sha256 = lookedForDigest(request)
    const { projectId, sizeBytes } = request
    // Who was given a token for this wish before gets it again.
    const key = options.idempotencyKey
    const before = key === undefined ? undefined : await recordedAnswer(read, request, key)
    const asset = before === undefined ? await heldFile(read, projectId, { sha256, sizeBytes }) : undefined
    return asset === undefined ? { issued: await this.create(request, options) } : { held: asset }
  }

  async #issue(
    request: NewUpload,
    idempotencyKey: string | undefined,
    token = newUploadToken(this.#context.random),
  ): Promise<IssuedUpload> {
    const { work, random, clock, limits, space } = this.#context
    const nowMs = clock.now()
    const plan = planUpload(request, limits, nowMs, random)
    const { partOf } = plan.upload
    const whole = partOf && (await work.read.uploads.get(partOf))
    // The bytes of a part are those of the upload that it is meant for, and may be promised with that.
    await space.reserve(whole?.sizeBytes === undefined ? (plan.upload.sizeBytes ?? 0) : 0)
    const tokenHash = uploadTokenHash(token)
    if (tokenHash === undefined) throw new Error('a new token must have the form of one')
    if (partOf !== undefined)
      return { upload: await this.#issuePart(plan.upload, partOf, tokenHash), token, isRepeated: false }
    await work.transaction(async (tx) => {
      if (idempotencyKey !== undefined) await recordAnswer(tx, request, idempotencyKey, { upload: plan.upload, token })
      const { replaceAssetId } = request.target ?? {}
      if (replaceAssetId !== undefined) await assertAsset(tx, request.projectId, replaceAssetId)
      await assertTargetExists(tx, plan.upload, plan.upload.target)
      if (plan.asset !== undefined) await tx.assets.insert(plan.asset)
      await tx.uploads.insert(plan.upload, tokenHash)
      const { id: uploadId, assetId, projectId } = plan.upload
      for (const { of, ...name } of request.externalKeys ?? []) {
        await tx.externalKeys.insert({ projectId, ...name, subjectId: (of === 'asset' && assetId) || uploadId })
      }
      if (request.pull !== undefined) await enqueuePull(tx, plan.upload, request.pull.url)
      if (plan.upload.kind === 'part') return
      await tx.outbox.append(projectId, { type: 'upload.created', uploadId, assetId }, nowMs)
    })
    if (request.pull !== undefined) await this.#context.wakeWorkers()
    return { upload: plan.upload, token, isRepeated: false }
  }

  /** Makes a part for an upload; what its sender announced before may have to go for it. */
  async #issuePart(plan: Upload, wholeId: UploadId, tokenHash: string): Promise<Upload> {
    const { work, clock, gate } = this.#context
    const { part, removed } = await work.transaction(async (tx) => {
      const admitted = await admitPart(tx, plan, wholeId, clock.now())
      await tx.uploads.insert(admitted.part, tokenHash)
      return admitted
    })
    for (const gone of removed) await gate.stopAll(gone.id)
    for (const gone of removed) await this.#context.discard(gone)
    return part
  }
}

async function assertAsset(tx: Repositories, projectId: ProjectId, assetId: AssetId): Promise<void> {
  if ((await tx.assets.get(projectId, assetId)) === undefined) {
    throw new DomainError('not_found', 'The asset to replace does not exist.')
  }
}
