import type { Readable } from 'node:stream'
import { DomainError } from '../errors.ts'

/** Reads a body to its end into memory, for small files only. Throws too_large past `maxBytes`. */
export async function readAtMost(body: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBytes) throw new DomainError('too_large', `The file has more than ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
