import type { FastifyInstance, FastifyRequest } from 'fastify'

/** How long, and for how many bytes, a client may go on sending a body that has been answered already. */
const LINGER_MS = 5_000
const LINGER_BYTES = 32 * 1024 * 1024

/** A type that Fastify can read. The rest, an empty one for example, it would refuse before any parser is asked. */
const CONTENT_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/

/**
 * Makes the routes of this (encapsulated) plugin take bodies of any type as they come: nothing is parsed or buffered,
 * the handler reads `request.raw`.
 */
export function takeRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.addHook('onRequest', async ({ raw }) => {
    // Browsers send an empty one with a file whose type they do not know.
    if (!CONTENT_TYPE.test(raw.headers['content-type'] ?? 'x/x')) delete raw.headers['content-type']
  })
}

/** The length a request announces for its body; undefined for chunked encoding. */
export function announcedLength(request: FastifyRequest): number | undefined {
  const text = request.headers['content-length']
  if (text !== undefined) return Number(text)
  return request.headers['transfer-encoding'] === undefined ? 0 : undefined
}

/**
 * Makes every answer of this server reach its client, also one that comes before the end of the
 * request's body: the connection is closed after it, but not before the client had time to read. Closing at once would
 * reset the connection under a client that still sends, and the answer would be lost with it; never closing would let
 * the client send for ever.
 */
export function closeAfterUnreadBodies(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    if (announcedLength(request) === 0 || request.raw.complete || request.raw.destroyed) return
    reply.header('connection', 'close')
    lingerBeforeClosing(request)
  })
}

/** Replaces the way this connection is closed after its last answer: the writing half first, the rest when bytes stop. */
function lingerBeforeClosing({ raw }: FastifyRequest): void {
  const { socket } = raw
  const readBefore = socket.bytesRead
  socket.destroySoon = () => {
    const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref()
    socket.once('close', () => clearTimeout(timer))
    raw.once('end', () => socket.destroy())
    raw.on('data', () => {
      if (socket.bytesRead - readBefore > LINGER_BYTES) socket.destroy()
    })
    raw.resume()
    socket.end()
  }
}
