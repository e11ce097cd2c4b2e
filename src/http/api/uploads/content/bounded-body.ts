import { type Readable, Transform } from 'node:stream'
import { DomainError } from '../../../../core/errors.ts'

/**
 * A body that must have `lengthBytes`, where HTTP itself does not see to it (chunked encoding): bytes past the end, or
 * an end before it, are a length_mismatch. The chunk that goes too far is not passed on.
 */
export function boundedBody(body: Readable, lengthBytes: number): Readable {
  let leftBytes = lengthBytes
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (chunk.length > leftBytes) {
        done(mismatch(lengthBytes))
        return
      }
      leftBytes -= chunk.length
      done(null, chunk)
    },
    flush(done) {
      done(leftBytes === 0 ? null : mismatch(lengthBytes))
    },
  })
  body.once('close', () => {
    if (!body.readableEnded) bounded.destroy()
  })
  return body.pipe(bounded)
}

function mismatch(lengthBytes: number): DomainError {
  return new DomainError('length_mismatch', `The body does not have the ${lengthBytes} bytes of its Content-Range.`)
}
