import { createHash } from 'node:crypto'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { isDomainError } from '../../../core/errors.ts'
import type { UploadId } from '../../../core/ids.ts'
import { highestEnd } from '../../../core/uploads/ranges.ts'
import { isFinished, isOpen, type Upload } from '../../../core/uploads/upload.ts'
import { takeRawBodies } from '../../request-body.ts'
import { fileAnswer, type StoredFile } from './answer.ts'
import { type FilePlan, planFile } from './block-layout.ts'
import { type BlockRef, keyTag, readRef, sentAgain } from './block-ref.ts'
import { etagOf, SEGMENT_BYTES } from './etag.ts'
import { notifyOfOps, persistentIdOf } from './persistent-ops.ts'
import { keepFor, readRetention } from './retention.ts'
import { assertMayStore, findSession, openSession, removeLeftOvers, type Tools, videoOf } from './sessions.ts'
import { videoUrl } from './stored-file.ts'
import { readSegments } from './take-chunk.ts'
import { assertSizeAllowed, type Grant, grantOfHeader } from './upload-access.ts'
import { callBack } from './upload-callback.ts'
import { failUpload, fileExists, fileRefused, UploadError } from './upload-error.ts'
import { fileAddress, keyHeader, textHeader } from './upload-path.ts'
import { newFileKey, type Video } from './videos.ts'

/** A list of a hundred thousand blocks. */
const LONGEST_LIST = 16 * 1024 * 1024

/** What an upload remembers of the list that it was made of, for who asks again. */
const ECHO = { list: 'cloudv.list', etag: 'cloudv.etag' } as const

/**
 * `POST /mkfile/<size>`: makes the file of the blocks in the list. Where all of them lie in their places, nothing is
 * copied. Repeated, it gives the same answer. docs/dialects/cloudv.md#slices
 */
export const mkfile: FastifyPluginAsync<Tools> = async (app, tools) => {
  takeRawBodies(app)
  app.post('/mkfile/*', { schema: { hide: true }, errorHandler: failUpload }, async (request) => {
    const grant = await grantOfHeader(tools.services, request)
    return makeFile(tools, grant, request, await readText(request))
  })
}

/** Nobody without a token gets here, so that a long list is read of nobody else. */
async function readText({ raw }: FastifyRequest): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of raw) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes > LONGEST_LIST) throw new UploadError(413, 'The list of blocks is too long.')
  }
  return Buffer.concat(chunks).toString('latin1').trim()
}

type MadeFile = Readonly<{
  grant: Grant
  plan: FilePlan
  video: Video
  /** Of the list, the same when it is sent again. */
  name: string
}>

async function makeFile(tools: Tools, grant: Grant, request: FastifyRequest, list: string) {
  const startedAtMs = tools.services.clock.now()
  const { account, policy } = grant
  const address = fileAddress(request)
  const days = readRetention(textHeader(request, 'deadline'))
  assertSizeAllowed(grant, address.sizeBytes)
  const key =
    policy.key ?? keyHeader(request) ?? address.key ?? newFileKey(account.projectId, '', startedAtMs, tools.random)
  const plan = planFile(readList(list, account.secretKey, key))
  if (plan.sizeBytes !== address.sizeBytes) {
    throw fileRefused(`The blocks have ${plan.sizeBytes} bytes, the file ${address.sizeBytes}.`)
  }
  const video = await videoOf(tools, grant, key)
  const name = createHash('sha256').update(list).digest('hex')
  const file: MadeFile = { grant, plan, video, name }
  const etag = (await earlierEtag(tools, file)) ?? (await joinBlocks(tools, file))
  await keepFor(tools.services, video, days)
  const stored: StoredFile = {
    bucket: policy.bucket,
    key,
    url: videoUrl(tools.services, account, video),
    fileName: video.fileName,
    etag,
    sizeBytes: plan.sizeBytes,
    mimeType: textHeader(request, 'mimetype') ?? 'application/octet-stream',
    ip: request.ip,
    persistentId: persistentIdOf(policy, `${video.assetId} ${name}`),
    durationMs: tools.services.clock.now() - startedAtMs,
    variables: address.variables,
  }
  return fileAnswer(policy.returnBody, stored, await callBack(tools.services, grant, stored))
}

/** The blocks of the list, each whole and sent for this object. Throws 400 for no list, 412 for one that does not fit. */
function readList(list: string, secretKey: string, key: string): readonly BlockRef[] {
  if (list === '') throw new UploadError(400, 'The list of blocks is empty.')
  const tag = keyTag(key)
  return list.split(',').map((ctx, i) => {
    const ref = readRef(ctx.trim(), secretKey)
    if (ref === undefined) throw fileRefused(`Block ${i} is not known.`)
    if (ref.keyTag !== '' && ref.keyTag !== tag) throw fileRefused(`Block ${i} was sent for another key.`)
    if (ref.receivedBytes !== ref.sizeBytes) throw fileRefused(`Block ${i} is not complete.`)
    return ref
  })
}

/** The hash of the file that was made of this list before, if it was. */
async function earlierEtag(tools: Tools, file: MadeFile): Promise<string | undefined> {
  const { grant, plan, video, name } = file
  const candidates = [await findSession(tools, grant, video, assembly(name)), await uploadOf(tools, grant, plan.into)]
  const made = candidates.find((upload) => upload && isFinished(upload.state) && upload.echo[ECHO.list] === name)
  return made?.echo[ECHO.etag]
}

/** Brings the blocks together and ends the upload. Its hash is in the references mostly, and is read once otherwise. */
async function joinBlocks(tools: Tools, file: MadeFile): Promise<string> {
  const { grant, plan, video, name } = file
  assertMayStore(grant, video)
  try {
    const into = await uploadOf(tools, grant, plan.into)
    const target =
      into !== undefined && isUsable(into, file) ? into : await openSession(tools, grant, video, assembly(name))
    await copyBlocks(tools, file, target.id)
    await verifySentAgain(tools, file, target)
    const etag = etagOf(keptSegments(plan) ?? (await readFile(tools, file, target.id)))
    const { uploads } = tools.services
    await uploads.describe(target.id, { fileName: video.fileName, echo: { [ECHO.list]: name, [ECHO.etag]: etag } })
    if (target.assetId === undefined) await uploads.attach(target.id, video.assetId)
    await notifyOfOps(tools.services, grant, video, persistentIdOf(grant.policy, `${video.assetId} ${name}`))
    await uploads.complete(target.id, { sizeBytes: plan.sizeBytes, mustBeFirst: !grant.policy.overwrite })
    const others = new Set(plan.blocks.map(({ ref }) => ref.uploadId))
    others.delete(target.id)
    await removeLeftOvers(tools, others)
    return etag
  } catch (error) {
    const rival = isDomainError(error, 'state_conflict') ? await earlierEtag(tools, file) : undefined
    if (rival !== undefined) return rival
    if (isDomainError(error) && error.details['reason'] === 'asset_has_file') throw fileExists()
    const isGone = (['not_found', 'length_mismatch', 'state_conflict', 'token_expired'] as const).some((code) =>
      isDomainError(error, code),
    )
    throw isGone ? fileRefused('Blocks of the list are not kept any more.') : error
  }
}

/** Copies the blocks that lie elsewhere: those whose place was not known when they came, or of another batch. */
async function copyBlocks({ services }: Tools, { grant, plan }: MadeFile, target: UploadId): Promise<void> {
  const { projectId } = grant.account
  for (const { ref, at } of plan.blocks) {
    if (ref.uploadId === target) continue
    const { start, sizeBytes } = ref
    const body = await services.uploads.read(projectId, ref.uploadId, { start, end: start + sizeBytes })
    try {
      await services.uploads.receive(target, { offset: at, body, lengthBytes: sizeBytes, isLast: false })
    } finally {
      body.destroy()
    }
  }
}

/** A block that was sent more than once must still be what the list's reference stands for. Throws 412. */
async function verifySentAgain({ services }: Tools, { grant, plan }: MadeFile, target: Upload): Promise<void> {
  for (const [i, { ref, at }] of plan.blocks.entries()) {
    if (ref.uploadId !== target.id || target.echo[sentAgain(ref.start)] === undefined || ref.segments.length === 0)
      continue
    const range = { start: at, end: at + ref.sizeBytes }
    const stored = await readSegments(services, grant.account.projectId, target.id, range)
    if (!Buffer.concat(stored).equals(Buffer.concat(ref.segments))) {
      throw fileRefused(`Block ${i} was sent again with other bytes.`)
    }
  }
}

/** The digests that came along with the references, if they are those of the file's own segments. */
function keptSegments({ blocks }: FilePlan): readonly Buffer[] | undefined {
  const fit = blocks.every(({ ref, at }) => at % SEGMENT_BYTES === 0 && ref.segments.length > 0)
  return fit ? blocks.flatMap(({ ref }) => ref.segments) : undefined
}

function readFile({ services }: Tools, { grant, plan }: MadeFile, id: UploadId): Promise<readonly Buffer[]> {
  return readSegments(services, grant.account.projectId, id, { start: 0, end: plan.sizeBytes })
}

/** An earlier, longer attempt under the same name left bytes behind the end of this file. */
function isUsable(upload: Upload, { plan, video }: MadeFile): boolean {
  const isOfVideo = upload.assetId === undefined || upload.assetId === video.assetId
  return isOpen(upload.state) && isOfVideo && highestEnd(upload.ranges) <= plan.sizeBytes
}

async function uploadOf(
  { services }: Tools,
  { account }: Grant,
  id: UploadId | undefined,
): Promise<Upload | undefined> {
  if (id === undefined) return undefined
  return services.uploads.get(account.projectId, id).then(
    ({ upload }) => upload,
    (error: unknown) => {
      if (isDomainError(error, 'not_found')) return undefined
      throw error
    },
  )
}

/** The name of the upload that a file is put together in when no batch's own will do. */
function assembly(name: string): string {
  return `list ${name}`
}
