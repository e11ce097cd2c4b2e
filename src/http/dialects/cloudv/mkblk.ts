import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { overlaps } from '../../../core/uploads/ranges.ts'
import type { Upload } from '../../../core/uploads/upload.ts'
import { takeRawBodies } from '../../request-body.ts'
import type { BlockDigests } from './block-digests.ts'
import { placeBlock } from './block-layout.ts'
import { type BlockRef, keyTag, sentAgain } from './block-ref.ts'
import { assertMayStore, blockSizes, createApart, learn, openSession, type Tools, videoOf } from './sessions.ts'
import { takeChunk } from './take-chunk.ts'
import { assertSizeAllowed, type Grant, grantOfHeader } from './upload-access.ts'
import { failUpload } from './upload-error.ts'
import { batchHeader, blockAddress, keyHeader } from './upload-path.ts'

type Options = Tools & Readonly<{ digests: BlockDigests }>

/**
 * `POST /mkblk/<size>/<order>`: begins a block with its first chunk, which may be all of it. Sent again for the same
 * block of the same batch, it begins it anew. docs/dialects/cloudv.md#slices
 */
export const mkblk: FastifyPluginAsync<Options> = async (app, options) => {
  takeRawBodies(app)
  app.post('/mkblk/*', { schema: { hide: true }, errorHandler: failUpload }, async (request) => {
    const grant = await grantOfHeader(options.services, request)
    return takeChunk(options, grant.account, await beginBlock(options, grant, request), request)
  })
}

async function beginBlock(tools: Tools, grant: Grant, request: FastifyRequest): Promise<BlockRef> {
  const address = blockAddress(request)
  const { sizeBytes } = address
  assertSizeAllowed(grant, sizeBytes)
  const key = grant.policy.key ?? keyHeader(request)
  const batch = batchHeader(request)
  const video = key === undefined ? undefined : await videoOf(tools, grant, key)
  if (video !== undefined) assertMayStore(grant, video)
  const block = { sizeBytes, receivedBytes: 0, keyTag: keyTag(key), segments: [] }
  // Without either, blocks of different files could not be told from each other.
  const session =
    video === undefined && batch === undefined ? undefined : await openSession(tools, grant, video, batch ?? '')
  const start = session && (await reserve(tools, session, address))
  if (session === undefined || start === undefined) {
    const { id } = await createApart(tools, grant, session)
    return { ...block, uploadId: id, isApart: true, start: 0 }
  }
  assertSizeAllowed(grant, start + sizeBytes)
  return { ...block, uploadId: session.id, isApart: false, start }
}

async function reserve(
  tools: Tools,
  session: Upload,
  address: ReturnType<typeof blockAddress>,
): Promise<number | undefined> {
  const { start, learnt } = placeBlock(blockSizes(session), address)
  await learn(tools, session, learnt)
  if (start !== undefined && overlaps(session.ranges, { start, end: start + address.sizeBytes })) {
    await tools.services.uploads.describe(session.id, { echo: { [sentAgain(start)]: '1' } })
  }
  return start
}
