import { Type } from 'typebox'

/** The body of these operations in the OpenAPI document; Fastify itself neither parses nor checks it. */
export const BYTES_BODY = {
  required: true,
  content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
} as const

const Header = (description: string) => Type.Optional(Type.String({ maxLength: 512, description }))

/** Told in the document; what they mean is read, and refused in words, by content-range.ts and digest-headers.ts. */
export const ContentHeaders = Type.Object({
  'content-range': Header('`bytes <first>-<last>/<size>`, with * for a size that is not known yet'),
  'content-digest': Header('Of this body (RFC 9530); the bytes count only if it fits'),
  'content-md5': Header('As Content-Digest, in base64'),
  'upload-checksum': Header('As Content-Digest, in the form of tus: `sha1 <base64>`'),
  'repr-digest': Header('Of the whole file (RFC 9530); verified when this request completes it'),
})

export const PatchHeaders = Type.Object({
  'upload-offset': Header('Where the body begins in the file'),
  ...ContentHeaders.properties,
})
