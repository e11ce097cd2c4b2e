import { Readable } from 'node:stream'
import { isDomainError } from '../../../../core/errors.ts'
import { contiguousBytes } from '../../../../core/uploads/ranges.ts'
import { isFinished, isOpen, type Upload } from '../../../../core/uploads/upload.ts'
import { KalturaError, MAX_RESUME_TIME_S } from '../errors.ts'
import type { Call, Operation } from '../operation.ts'
import type { IncomingFile } from '../transport/incoming-files.ts'
import { type ChunkWords, placeChunk } from './placement.ts'
import { findToken, toUploadToken } from './upload-token.ts'

/**
 * Takes a file, or a chunk of one: docs/dialects/kaltura.md#upload. The bytes go where they belong as they come. Only
 * a chunk whose place cannot be known yet (its `resume` or `resumeAt` stands behind it in the form, or it begins within
 * what is there) is kept beside the file first.
 */
export const uploadTokenUpload: Operation = {
  service: 'uploadToken',
  action: 'upload',
  admits: 'user',
  parameters: [
    { name: 'uploadTokenId', type: 'string' },
    { name: 'resume', type: 'bool', default: false },
    { name: 'finalChunk', type: 'bool', default: true },
    { name: 'resumeAt', type: 'float', default: -1 },
  ],
  file: 'fileData',
  streamsAfter: ['uploadTokenId'],
  async run(call) {
    const file = await call.file()
    const token = await findToken(call.services, call.session, call.text('uploadTokenId'))
    assertTakesBytes(token, call.services.clock.now())
    if (file.fileName === '') throw new KalturaError('UPLOAD_ERROR')
    try {
      const stored = await unlessSuperseded(call, token, () => store(call, token, file))
      if (stored === undefined) return toUploadToken(await current(call, token))
      return toUploadToken(call.flag('finalChunk') ? await finish(call, stored) : stored.upload)
    } catch (error) {
      // Nothing of a file that may not be here is kept, and its token is over.
      if (isDomainError(error, 'type_not_allowed')) await call.services.uploads.remove(token.id)
      throw error
    }
  },
}

function assertTakesBytes(token: Upload, nowMs: number): void {
  if (token.state === 'expired' || (isOpen(token.state) && token.expiresAtMs <= nowMs)) {
    throw new KalturaError('UPLOAD_PASSED_MAX_RESUME_TIME_ALLOWED', { MAX_RESUME_TIME: String(MAX_RESUME_TIME_S) })
  }
  if (!isOpen(token.state)) throw new KalturaError('UPLOAD_TOKEN_INVALID_STATUS_FOR_UPLOAD')
}

/** What became of a chunk. `endByte`: where the file ends if it was the last one and has a place of its own. */
type Stored = Readonly<{ upload: Upload; endByte: number | undefined }>

/** Another request took over these bytes, or the whole file: its answer counts, this one just tells how things stand. */
async function unlessSuperseded(call: Call, token: Upload, run: () => Promise<Stored>): Promise<Stored | undefined> {
  try {
    return await run()
  } catch (error) {
    if (isDomainError(error, 'superseded')) return undefined
    if (isDomainError(error, 'state_conflict') && isFinished((await current(call, token)).state)) {
      throw new KalturaError('UPLOAD_TOKEN_INVALID_STATUS_FOR_UPLOAD')
    }
    throw error
  }
}

async function store(call: Call, token: Upload, file: IncomingFile): Promise<Stored> {
  if (file.isEmpty) return storeNothing(call, token, file)
  const placement = placeChunk(standingOf(token), wordsOf(call), undefined)
  if (placement === 'hold') return storeHeld(call, token, file)
  const fileName = token.fileName === '' ? file.fileName : undefined
  const body = await file.open()
  const stored = await write(call, token, { placement, body, fileName })
  // The words behind the file: a token without a byte has nothing to resume.
  if (placement === 'restart' && wordsOf(call).resume === true) {
    await write(call, token, { placement: 'restart', body: Readable.from([]), fileName: undefined })
    throw new KalturaError('UPLOAD_TOKEN_CANNOT_RESUME')
  }
  return stored
}

/** A chunk without a byte: the first one begins the file, the last one ends it, and any other means nothing. */
async function storeNothing(call: Call, token: Upload, file: IncomingFile): Promise<Stored> {
  await drain(await file.open())
  const words = wordsOf(call)
  if (words.resume !== true) {
    const fileName = token.fileName === '' ? file.fileName : undefined
    return write(call, token, { placement: 'restart', body: Readable.from([]), fileName })
  }
  if (token.state === 'pending') throw new KalturaError('UPLOAD_TOKEN_CANNOT_RESUME')
  const at = words.resumeAt ?? -1
  return { upload: await current(call, token), endByte: at > 0 ? Math.trunc(at) : undefined }
}

async function storeHeld(call: Call, token: Upload, file: IncomingFile): Promise<Stored> {
  const held = await call.services.uploads.hold(await file.open())
  try {
    const upload = await current(call, token)
    const words = wordsOf(call)
    const placement = placeChunk(standingOf(upload), words, held.sizeBytes)
    if (placement === 'nothing') {
      return { upload, endByte: (words.resumeAt ?? 0) > 0 ? (words.resumeAt ?? 0) + held.sizeBytes : undefined }
    }
    const fileName = upload.fileName === '' ? file.fileName : undefined
    return await write(call, upload, { placement, body: await held.open(), fileName })
  } finally {
    await held.discard()
  }
}

type Chunk = Readonly<{ placement: ReturnType<typeof placeChunk>; body: Readable; fileName: string | undefined }>

async function write(call: Call, token: Upload, { placement, body, fileName }: Chunk): Promise<Stored> {
  const { uploads } = call.services
  if (placement === 'restart') {
    const { upload, receivedBytes } = await uploads.receive(token.id, { offset: 0, startsOver: true, body, fileName })
    return { upload, endByte: receivedBytes }
  }
  if (placement === 'append') {
    const { upload } = await uploads.receive(token.id, { offset: 'append', body, fileName })
    return { upload, endByte: undefined }
  }
  if (typeof placement === 'string') throw new KalturaError('UPLOAD_TOKEN_CANNOT_RESUME')
  const { at } = placement
  const run = await uploads.receive(token.id, { offset: at, body, isOneOfMany: true, fileName })
  return { upload: run.upload, endByte: at > 0 ? at + run.receivedBytes : undefined }
}

/**
 * Ends the upload. A chunk with a place of its own says how long the file is, and waits for what is still missing; any
 * other ends it where the unbroken beginning does.
 */
async function finish(call: Call, { upload, endByte }: Stored): Promise<Upload> {
  const { uploads } = call.services
  if (isFinished(upload.state)) return upload
  const sizeBytes = endByte ?? contiguousBytes(upload.ranges)
  return uploads.complete(upload.id, { sizeBytes, waitMs: call.surroundings.finalChunkWaitMs })
}

function wordsOf(call: Call): ChunkWords {
  const known = (name: string): boolean => call.isWhole() || call.states(name)
  return {
    resume: known('resume') ? call.flag('resume') : undefined,
    resumeAt: known('resumeAt') ? call.number('resumeAt') : undefined,
  }
}

function standingOf(upload: Upload) {
  return { isPending: upload.state === 'pending', contiguousBytes: contiguousBytes(upload.ranges) }
}

async function current(call: Call, token: Upload): Promise<Upload> {
  return (await call.services.uploads.get(token.projectId, token.id)).upload
}

async function drain(body: Readable): Promise<void> {
  for await (const _ of body) {
    // An empty file has nothing; its end is the form's.
  }
}
