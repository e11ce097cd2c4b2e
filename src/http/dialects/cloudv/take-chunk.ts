import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import type { FastifyRequest } from 'fastify'
import type { ProjectId, UploadId } from '../../../core/ids.ts'
import { announcedLength } from '../../request-body.ts'
import type { Services } from '../../services.ts'
import type { Account } from './access.ts'
import { areKept, type BlockDigests } from './block-digests.ts'
import { type BlockRef, sentAgain, writeRef } from './block-ref.ts'
import { SegmentDigests } from './etag.ts'
import { blockRefused } from './upload-error.ts'

/** What every mkblk and bput answers; the sums are of this chunk alone. */
export type ChunkAnswer = Readonly<{ ctx: string; checksum: string; crc32: number; offset: number }>

/**
 * Takes the request's body as the next bytes of a block, which has those that `ref` stands for. Throws 701 for more
 * bytes than the block has room for. Sent again, the same bytes are stored again and get the same answer.
 */
export async function takeChunk(
  { services, digests }: Readonly<{ services: Services; digests: BlockDigests }>,
  account: Account,
  ref: BlockRef,
  request: FastifyRequest,
): Promise<ChunkAnswer> {
  const { uploadId, start, sizeBytes, receivedBytes } = ref
  const leftBytes = sizeBytes - receivedBytes
  const lengthBytes = announcedLength(request)
  if ((lengthBytes ?? 0) > leftBytes) throw blockRefused(`The block has room for ${leftBytes} bytes only.`)
  const name = `${uploadId}:${start}`
  const running = digests.take(name, receivedBytes)
  if (running === undefined && !ref.isApart) {
    await services.uploads.describe(uploadId, { echo: { [sentAgain(start)]: '1' } })
  }
  const md5 = createHash('md5')
  let crc = 0
  const result = await services.uploads.receive(uploadId, {
    offset: start + receivedBytes,
    body: request.raw,
    lengthBytes,
    limitBytes: leftBytes,
    isLast: false,
    onChunk: (chunk) => {
      running?.update(chunk)
      md5.update(chunk)
      crc = crc32(chunk, crc)
    },
  })
  const offset = receivedBytes + result.receivedBytes
  const isWhole = offset === sizeBytes
  if (!isWhole && running !== undefined) digests.keep(name, running)
  const segments = isWhole && areKept(sizeBytes) ? await wholeBlock(services, account.projectId, ref, running) : []
  const ctx = writeRef({ ...ref, receivedBytes: offset, segments }, account.secretKey)
  return { ctx, checksum: md5.digest('hex'), crc32: crc, offset }
}

function wholeBlock(
  services: Services,
  projectId: ProjectId,
  { uploadId, start, sizeBytes }: BlockRef,
  running: SegmentDigests | undefined,
): Promise<readonly Buffer[]> | readonly Buffer[] {
  return running?.end() ?? readSegments(services, projectId, uploadId, { start, end: start + sizeBytes })
}

/** Segment digests of stored bytes, the first segment beginning at `start`. */
export async function readSegments(
  { uploads }: Services,
  projectId: ProjectId,
  id: UploadId,
  range: Readonly<{ start: number; end: number }>,
): Promise<readonly Buffer[]> {
  const digests = new SegmentDigests()
  const body: Readable = await uploads.read(projectId, id, range)
  for await (const chunk of body) digests.update(chunk as Buffer)
  return digests.end()
}
