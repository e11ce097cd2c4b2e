import type { FastifyPluginAsync } from 'fastify'
import { isDomainError } from '../../../core/errors.ts'
import { takeRawBodies } from '../../request-body.ts'
import type { BlockDigests } from './block-digests.ts'
import { keyTag, readRef } from './block-ref.ts'
import type { Tools } from './sessions.ts'
import { takeChunk } from './take-chunk.ts'
import { grantOfHeader } from './upload-access.ts'
import { blockRefused, failUpload } from './upload-error.ts'
import { chunkAddress, keyHeader } from './upload-path.ts'

type Options = Tools & Readonly<{ digests: BlockDigests }>

/**
 * `POST /bput/<ctx>/<offset>`: the next chunk of a block. Every `ctx` stays good until the file is made, so a chunk
 * whose answer was lost can be sent again. docs/dialects/cloudv.md#slices
 */
export const bput: FastifyPluginAsync<Options> = async (app, options) => {
  takeRawBodies(app)
  app.post('/bput/*', { schema: { hide: true }, errorHandler: failUpload }, async (request) => {
    const { account, policy } = await grantOfHeader(options.services, request)
    const { ctx, offset } = chunkAddress(request)
    const ref = readRef(ctx, account.secretKey)
    const key = policy.key ?? keyHeader(request)
    const isOfAnother = ref !== undefined && ref.keyTag !== '' && key !== undefined && ref.keyTag !== keyTag(key)
    if (ref === undefined || isOfAnother) throw blockRefused('The ctx is not known.')
    if (offset !== ref.receivedBytes) throw blockRefused(`The block continues at ${ref.receivedBytes}.`)
    return takeChunk(options, account, ref, request).catch((error: unknown) => {
      // The upload is over: whoever goes on has to begin anew.
      const isOver = ['state_conflict', 'token_expired', 'token_invalid', 'not_found'] as const
      throw isOver.some((code) => isDomainError(error, code)) ? blockRefused('The block is not kept any more.') : error
    })
  })
}
