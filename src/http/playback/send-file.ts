import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PlayableFile } from '../../core/playback/playback-service.ts'
import type { BlobInfo, ByteRange } from '../../core/ports/blob-store.ts'
import { isFresh, mayContinue } from './conditional-request.ts'
import { parseRange, resolveRange } from './requested-range.ts'

/** Opens the file, or the part of it that `range` names; the signal aborts when the reader is gone. */
type Open = (options: Readonly<{ range?: ByteRange; signal: AbortSignal }>) => Promise<PlayableFile>

/**
 * Sends a stored file: whole, in part (Range), or not at all when the client has it (If-None-Match) or asks for the
 * head only. A reader who leaves frees the file.
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  open: Open,
  cacheControl: string,
): Promise<FastifyReply> {
  const signal = untilClosed(reply)
  const whole = await open({ signal })
  const { info, contentType } = whole
  const etag = etagOf(info)
  const asked = mayContinue(request.headers, etag) ? parseRange(request.headers.range) : undefined
  const range = asked && resolveRange(asked, info.sizeBytes)
  const isHead = request.method === 'HEAD'
  const isUnchanged = isFresh(request.headers, etag)
  const isUnsatisfiable = asked !== undefined && range === undefined
  if (isUnchanged || isUnsatisfiable || isHead || range !== undefined) whole.body.destroy()
  const part = range && !isHead && !isUnchanged ? await open({ range, signal }) : undefined

  reply.headers({ etag, 'cache-control': cacheControl, 'accept-ranges': 'bytes' })
  if (isUnchanged) return reply.code(304).send()
  if (isUnsatisfiable) return reply.code(416).header('content-range', `bytes */${info.sizeBytes}`).send()
  reply.headers({ 'content-type': contentType, 'last-modified': new Date(info.modifiedAtMs).toUTCString() })
  reply.header('content-length', range === undefined ? info.sizeBytes : range.end - range.start)
  if (range !== undefined) {
    reply.code(206).header('content-range', `bytes ${range.start}-${range.end - 1}/${info.sizeBytes}`)
  }
  return isHead ? reply.send() : reply.send((part ?? whole).body)
}

function etagOf({ sizeBytes, modifiedAtMs }: BlobInfo): string {
  return `"${sizeBytes.toString(36)}-${modifiedAtMs.toString(36)}"`
}

/** Aborts when the answer is over, sent or not. */
function untilClosed(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => controller.abort())
  return controller.signal
}
