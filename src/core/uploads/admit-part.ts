import { DomainError } from '../errors.ts'
import type { UploadId } from '../ids.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { Upload } from './upload.ts'
import { assertHasNoParts, assertOpen, assertTakesFromClients } from './upload-rules.ts'

/** The part as it may be made, and those that had to go for it. */
export type AdmittedPart = Readonly<{ part: Upload; removed: readonly Upload[] }>

/**
 * Lets a new part be made for the upload `wholeId`, whose token allows so many bytes and not as many for each part.
 * Once a file of declared size is announced from beginning to end, a further part can only mean that its sender begins
 * anew: what he announced before goes. A part of unknown size may become half as large as what is left, so that others
 * find room. Throws as for bytes of the upload's own, and too_large.
 */
export async function admitPart(
  tx: Repositories,
  part: Upload,
  wholeId: UploadId,
  nowMs: number,
): Promise<AdmittedPart> {
  const whole = await tx.uploads.lock(wholeId)
  if (whole === undefined) throw new DomainError('token_invalid', 'The upload token is not valid.')
  assertOpen(whole, nowMs)
  assertTakesFromClients(whole)
  assertHasNoParts(whole)
  const limitBytes = whole.sizeBytes ?? whole.policy.maxSizeBytes
  const known = await tx.uploads.openPartsOf(wholeId)
  const beginsAnew = whole.sizeBytes !== undefined && allowance(known) >= whole.sizeBytes && !isEmpty(part)
  // Those of the same new beginning may have come before it.
  const removed = beginsAnew ? known.filter(({ staging }) => staging.key !== part.staging.key) : []
  for (const { id } of removed) await tx.uploads.update(id, { state: 'deleted' }, nowMs)
  const leftBytes = limitBytes - allowance(known.filter((other) => !removed.includes(other)))
  if ((part.sizeBytes ?? 0) > leftBytes) {
    throw new DomainError('too_large', `The token allows at most ${limitBytes} bytes, in all parts together.`, {
      details: { maxSizeBytes: limitBytes },
    })
  }
  const maxSizeBytes = part.sizeBytes ?? Math.floor(leftBytes / 2)
  return { part: { ...part, policy: { ...part.policy, maxSizeBytes } }, removed }
}

function isEmpty({ sizeBytes }: Upload): boolean {
  return sizeBytes === 0
}

/** What these parts may come to. */
function allowance(parts: readonly Upload[]): number {
  return parts.reduce((sum, { sizeBytes, policy }) => sum + (sizeBytes ?? policy.maxSizeBytes), 0)
}
