import { DomainError } from '../errors.ts'
import { highestEnd, isCovered, missingRanges } from './ranges.ts'
import { isFinished, isOpen, type ProposedRun, type Upload } from './upload.ts'

/**
 * The rules of the upload state machine, as pure functions. All of them take the upload as it stands in the database
 * and throw DomainError when the rule is broken.
 */

/** Throws unless the token still admits bytes at `nowMs`. A finished upload is a state_conflict, not an expiry. */
export function assertOpen(upload: Upload, nowMs: number): void {
  if (isFinished(upload.state)) {
    throw new DomainError('state_conflict', 'The upload is already complete; it takes no more bytes.', {
      details: { state: upload.state },
    })
  }
  if (upload.state === 'expired' || (isOpen(upload.state) && upload.expiresAtMs <= nowMs)) {
    throw new DomainError('token_expired', 'The upload token has expired.')
  }
  if (upload.state === 'failed') {
    throw new DomainError('state_conflict', upload.failure?.message ?? 'The upload has failed.', {
      details: { state: upload.state },
    })
  }
  if (upload.state === 'deleted') throw new DomainError('token_invalid', 'The upload token is not valid.')
}

/** As `assertOpen`, but a lease that ran out while bytes were on their way is forgiven: they are the activity. */
export function assertMayCommit(upload: Upload, nowMs: number): void {
  assertOpen(upload, upload.policy.expiry === 'lease' && upload.state !== 'expired' ? 0 : nowMs)
}

/** Throws for an upload whose bytes the server gets by itself, and nobody else may add to or end. */
export function assertTakesFromClients({ policy }: Upload): void {
  if (policy.isPulled === true) {
    throw new DomainError('state_conflict', 'The file is pulled from an address; it takes no bytes from clients.', {
      details: { reason: 'upload_is_pulled' },
    })
  }
}

/** Throws for an upload that is made of parts, and so has no bytes but theirs. */
export function assertHasNoParts({ partIds }: Upload): void {
  if (partIds !== undefined) {
    throw new DomainError('state_conflict', 'The file is made of parts; it takes no bytes of its own.', {
      details: { reason: 'upload_has_parts' },
    })
  }
}

/**
 * Fixes the total size, or checks a repeated statement of it. Throws length_mismatch when it contradicts an earlier
 * one or the bytes that have arrived, too_large when the token does not allow it.
 */
export function resolveSize(upload: Upload, statedBytes: number | undefined): number | undefined {
  if (statedBytes === undefined) return upload.sizeBytes
  if (upload.sizeBytes !== undefined && upload.sizeBytes !== statedBytes) {
    throw new DomainError(
      'length_mismatch',
      `The file was declared as ${upload.sizeBytes} bytes, not ${statedBytes}.`,
      {
        details: { declaredBytes: upload.sizeBytes, statedBytes },
      },
    )
  }
  if (statedBytes > upload.policy.maxSizeBytes) throw tooLarge(upload.policy.maxSizeBytes)
  if (statedBytes < highestEnd(upload.ranges)) {
    throw new DomainError(
      'length_mismatch',
      `${highestEnd(upload.ranges)} bytes have arrived already; the file cannot be ${statedBytes} bytes long.`,
      { details: { receivedEnd: highestEnd(upload.ranges), statedBytes } },
    )
  }
  return statedBytes
}

/** The first byte that a run may not touch. */
export function runLimit(upload: Upload, sizeBytes: number | undefined): number {
  return Math.min(sizeBytes ?? Number.POSITIVE_INFINITY, upload.policy.maxSizeBytes)
}

/** Throws when a proposed run starts or ends outside the file, or is smaller than the token's minimum. */
export function assertRunFits(upload: Upload, sizeBytes: number | undefined, run: ProposedRun): void {
  const limit = runLimit(upload, sizeBytes)
  if (run.start > limit || (run.end !== undefined && run.end > limit)) throw runTooLong(upload, sizeBytes)
  if (run.end === undefined) return
  const isLast = sizeBytes !== undefined && run.end === sizeBytes
  if (run.end - run.start < upload.policy.minChunkBytes && !isLast && run.end > run.start) {
    throw new DomainError(
      'chunk_too_small',
      `Chunks other than the last one must have at least ${upload.policy.minChunkBytes} bytes.`,
      { details: { minChunkBytes: upload.policy.minChunkBytes } },
    )
  }
}

/** What to answer when bytes arrive past the limit: too_large for the token's cap, length_mismatch for the declared size. */
export function runTooLong(upload: Upload, sizeBytes: number | undefined): DomainError {
  if (sizeBytes !== undefined && sizeBytes <= upload.policy.maxSizeBytes) {
    return new DomainError('length_mismatch', `The bytes go past the declared size of ${sizeBytes}.`, {
      details: { declaredBytes: sizeBytes },
    })
  }
  return tooLarge(upload.policy.maxSizeBytes)
}

function tooLarge(maxSizeBytes: number): DomainError {
  return new DomainError('too_large', `The token allows at most ${maxSizeBytes} bytes.`, { details: { maxSizeBytes } })
}

/** The size the file will have if it is completed now: the known one, else the end of the last received byte. */
export function completionSize(upload: Upload, statedBytes: number | undefined): number {
  return resolveSize(upload, statedBytes) ?? highestEnd(upload.ranges)
}

/** True when the file of `sizeBytes` is all there. */
export function isAllThere(upload: Upload, sizeBytes: number): boolean {
  return isCovered(upload.ranges, sizeBytes)
}

/** Throws length_mismatch naming the gaps (at most 20) when bytes are missing. */
export function assertAllThere(upload: Upload, sizeBytes: number): void {
  const missing = missingRanges(upload.ranges, sizeBytes)
  if (missing.length === 0) return
  throw new DomainError('length_mismatch', `The file is not complete: ${missing.length} range(s) are missing.`, {
    details: { missing: missing.slice(0, 20).map((range) => `${range.start}-${range.end - 1}`), sizeBytes },
  })
}

/** When the token expires after a step at `nowMs`. Never earlier than before. */
export function renewedExpiry(upload: Upload, nowMs: number): number {
  if (upload.policy.expiry === 'deadline') return upload.expiresAtMs
  return Math.max(upload.expiresAtMs, Math.min(nowMs + upload.policy.leaseMs, upload.hardExpiresAtMs))
}
