import { finished } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PictureOffer } from '../../core/playback/picture-service.ts'
import { isFresh } from './conditional-request.ts'

/**
 * Sends a picture that is made for this wish, or says that the client has it (If-None-Match), without making it.
 * `asStored` answers where it cannot be made. Throws unavailable while too many are being made.
 */
export async function sendPicture(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    offer,
    cacheControl,
    asStored,
  }: Readonly<{
    offer: PictureOffer
    cacheControl: string
    asStored: () => Promise<FastifyReply>
  }>,
): Promise<FastifyReply> {
  const etag = `"${offer.tag}"`
  if (isFresh(request.headers, etag)) {
    return reply.headers({ etag, 'cache-control': cacheControl }).code(304).send()
  }
  const picture = await offer.make()
  if (picture === undefined) return asStored()
  // However the answer ends.
  finished(reply.raw, picture.giveBack)
  reply.headers({ etag, 'cache-control': cacheControl, 'content-type': picture.contentType })
  return reply.send(picture.bytes)
}
