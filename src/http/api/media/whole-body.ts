import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'

/** Makes the routes of this (encapsulated) plugin take bodies of any type as bytes, up to `limitBytes`. */
export function takeWholeBodies(app: FastifyInstance, limitBytes: number): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: limitBytes }, (_request, body, done) =>
    done(null, body),
  )
}

/** Such a body in the OpenAPI document. */
export function bytesBody(description: string, ...contentTypes: readonly string[]) {
  const bytes = { schema: Type.String({ format: 'binary' }) }
  return { description, content: Object.fromEntries(contentTypes.map((type) => [type, bytes])) }
}

/** Empty when there was none. */
export function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}
