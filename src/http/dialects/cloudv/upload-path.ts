import type { FastifyRequest } from 'fastify'
import { UploadError } from './upload-error.ts'

/** What the address and the headers of a slice say: docs/dialects/cloudv.md#slices. */
export type BlockAddress = Readonly<{
  sizeBytes: number
  /** From 0; undefined when the client leaves it out. */
  order: number | undefined
  /** How many blocks the file has, where the client says so. */
  count: number | undefined
}>

export type FileAddress = Readonly<{
  sizeBytes: number
  key: string | undefined
  variables: ReadonlyMap<string, string>
}>

const MAX_KEY = 1_024
const MAX_BATCH = 128
const MAX_ORDER = 1_000_000

/** `/mkblk/<size>[/<order>]`, a slash behind it or not; some builds of plupload put the order into the query only. */
export function blockAddress(request: FastifyRequest): BlockAddress {
  const [size, order] = segments(request)
  const query = new URLSearchParams(request.url.split('?')[1] ?? '')
  const chunk = query.get('chunk') ?? undefined
  const chunks = query.get('chunks') ?? undefined
  const number = order ?? chunk
  const address = {
    sizeBytes: wholeNumber(size, 'The size of the block', Number.MAX_SAFE_INTEGER),
    order: number === undefined ? undefined : wholeNumber(number, 'The number of the block', MAX_ORDER),
    count: chunks === undefined || chunk !== number ? undefined : wholeNumber(chunks, 'chunks', MAX_ORDER + 1),
  }
  if (address.sizeBytes === 0) throw new UploadError(400, 'A block has at least one byte.')
  return address
}

/** `/bput/<ctx>/<offset>` */
export function chunkAddress(request: FastifyRequest): Readonly<{ ctx: string; offset: number }> {
  const [ctx = '', offset] = segments(request)
  return { ctx, offset: wholeNumber(offset, 'The offset', Number.MAX_SAFE_INTEGER) }
}

/** `/mkfile/<size>` and pairs of a name and a url-safe base64 value, `key` or `x:…`, in any order. */
export function fileAddress(request: FastifyRequest): FileAddress {
  const [size, ...pairs] = segments(request)
  const variables = new Map<string, string>()
  let key: string | undefined
  for (let i = 0; i < pairs.length; i += 2) {
    const [name = '', value] = [pairs[i], pairs[i + 1]]
    if (value === undefined) throw new UploadError(400, `The value of ${name} is missing.`)
    const text = Buffer.from(value, 'base64url').toString('utf8')
    if (name === 'key') key = validKey(text)
    else if (name.startsWith('x:')) variables.set(name, text)
  }
  return { sizeBytes: wholeNumber(size, 'The size of the file', Number.MAX_SAFE_INTEGER), key, variables }
}

/** The object key that the `Key` header names. */
export function keyHeader(request: FastifyRequest): string | undefined {
  const header = textHeader(request, 'key')
  return header === undefined ? undefined : validKey(Buffer.from(header, 'base64url').toString('utf8'))
}

/** The client's name for all requests of one file, opaque. */
export function batchHeader(request: FastifyRequest): string | undefined {
  const batch = textHeader(request, 'uploadbatch')
  if ((batch?.length ?? 0) > MAX_BATCH) throw new UploadError(400, `UploadBatch has more than ${MAX_BATCH} characters.`)
  return batch
}

export function textHeader(request: FastifyRequest, name: string): string | undefined {
  return request.headers[name]?.toString().trim() || undefined
}

/** Throws 400 for what cannot be an object key. */
export function validKey(key: string): string {
  if (key === '' || key.length > MAX_KEY) throw new UploadError(400, `A key has 1 to ${MAX_KEY} characters.`)
  return key
}

/** What follows the operation in the path, unescaped. */
function segments({ url }: FastifyRequest): readonly string[] {
  const path = (url.split('?')[0] ?? '').replace(/\/+/g, '/').replace(/\/$/, '')
  try {
    return path.split('/').slice(2).map(decodeURIComponent)
  } catch {
    throw new UploadError(400, 'The address is not well formed.')
  }
}

function wholeNumber(text: string | undefined, what: string, max: number): number {
  const number = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!(number <= max)) throw new UploadError(400, `${what} must be a whole number, at most ${max}.`)
  return number
}
