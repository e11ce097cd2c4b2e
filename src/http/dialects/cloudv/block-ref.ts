import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { parseId, type UploadId } from '../../../core/ids.ts'

/**
 * What a `ctx` stands for: the first `receivedBytes` of a block, and where they are stored. Everything is in it, signed
 * with the account's secret, so that it outlives a restart and is good on every node and with every token.
 */
export type BlockRef = Readonly<{
  /** Where the bytes are: the upload of the whole file, or a part of their own (`isApart`). */
  uploadId: UploadId
  isApart: boolean
  /** Of the block, within that upload. */
  start: number
  sizeBytes: number
  receivedBytes: number
  /** `keyTag` of the object it was sent for; empty where that was not said. */
  keyTag: string
  /** SHA-1 of each segment of a whole block; empty where they were not kept. */
  segments: readonly Buffer[]
}>

const VERSION = 1
const ID_PREFIX = 'upl_'
const ID_BYTES = 26
const NUMBER_BYTES = 6
const TAG_BYTES = 8
const DIGEST_BYTES = 20
const MAC_BYTES = 16
const FIXED_BYTES = 2 + ID_BYTES + 3 * NUMBER_BYTES + TAG_BYTES
const LONGEST = 2_048

/** Only letters, digits, `-` and `_`: it stands in paths and in lists. */
export function writeRef(ref: BlockRef, secretKey: string): string {
  const numbers = Buffer.alloc(3 * NUMBER_BYTES)
  for (const [i, number] of [ref.start, ref.sizeBytes, ref.receivedBytes].entries()) {
    numbers.writeUIntBE(number, i * NUMBER_BYTES, NUMBER_BYTES)
  }
  const id = Buffer.from(ref.uploadId.slice(ID_PREFIX.length), 'latin1')
  const tag = ref.keyTag === '' ? Buffer.alloc(TAG_BYTES) : Buffer.from(ref.keyTag, 'hex')
  const body = Buffer.concat([Buffer.from([VERSION, ref.isApart ? 1 : 0]), id, numbers, tag, ...ref.segments])
  return Buffer.concat([body, mac(body, secretKey)]).toString('base64url')
}

/** Undefined for anything that `writeRef` did not write with this secret. */
export function readRef(text: string, secretKey: string): BlockRef | undefined {
  if (text.length > LONGEST || !/^[A-Za-z0-9_-]+$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64url')
  const body = bytes.subarray(0, Math.max(0, bytes.length - MAC_BYTES))
  const digestBytes = body.length - FIXED_BYTES
  if (digestBytes < 0 || digestBytes % DIGEST_BYTES !== 0 || bytes.toString('base64url') !== text) return undefined
  if (!timingSafeEqual(bytes.subarray(body.length), mac(body, secretKey)) || body[0] !== VERSION) return undefined
  const uploadId = parseId('upload', ID_PREFIX + body.toString('latin1', 2, 2 + ID_BYTES))
  if (uploadId === undefined) return undefined
  const number = (i: number): number => body.readUIntBE(2 + ID_BYTES + i * NUMBER_BYTES, NUMBER_BYTES)
  const tag = body.toString('hex', FIXED_BYTES - TAG_BYTES, FIXED_BYTES)
  return {
    uploadId,
    isApart: body[1] === 1,
    start: number(0),
    sizeBytes: number(1),
    receivedBytes: number(2),
    keyTag: /^0+$/.test(tag) ? '' : tag,
    segments: Array.from({ length: digestBytes / DIGEST_BYTES }, (_, i) => {
      const from = FIXED_BYTES + i * DIGEST_BYTES
      return body.subarray(from, from + DIGEST_BYTES)
    }),
  }
}

/** Under this name an upload notes that bytes of the block at `start` were sent more than once. */
export function sentAgain(start: number): string {
  return `cloudv.again.${start}`
}

/** A short name for an object key. */
export function keyTag(key: string | undefined): string {
  if (key === undefined) return ''
  return createHash('sha256')
    .update(key)
    .digest('hex')
    .slice(0, 2 * TAG_BYTES)
}

function mac(body: Uint8Array, secretKey: string): Buffer {
  return createHmac('sha256', secretKey).update('cloudv block reference\0').update(body).digest().subarray(0, MAC_BYTES)
}
