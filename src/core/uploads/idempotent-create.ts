import { createHash } from 'node:crypto'
import { DomainError } from '../errors.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { Upload } from './upload.ts'
import type { NewUpload } from './upload-plan.ts'

/** The first answer to a request that may be repeated: the same upload with the same token. */
type RecordedAnswer = Readonly<{ upload: Upload; token: string }>

const OPERATION = 'uploads.create:'

/**
 * The answer that an earlier request with this key got; undefined when there was none. Throws state_conflict when that
 * request asked for something else.
 */
export async function recordedAnswer(
  read: Repositories,
  request: NewUpload,
  key: string,
): Promise<RecordedAnswer | undefined> {
  const recorded = await read.idempotency.find(request.projectId, OPERATION + key)
  if (recorded === undefined) return undefined
  if (recorded.requestHash !== requestHash(request)) {
    throw new DomainError('state_conflict', 'This idempotency key was used for another request.', {
      details: { reason: 'idempotency_key_reused' },
    })
  }
  return JSON.parse(recorded.answer) as RecordedAnswer
}

/** Records the answer in the transaction that makes it true. Throws state_conflict when a rival was faster. */
export async function recordAnswer(
  tx: Repositories,
  request: NewUpload,
  key: string,
  answer: RecordedAnswer,
): Promise<void> {
  await tx.idempotency.insert({
    projectId: request.projectId,
    key: OPERATION + key,
    requestHash: requestHash(request),
    answer: JSON.stringify(answer),
    atMs: answer.upload.createdAtMs,
  })
}

/** The same for requests that mean the same, whatever the order of their members. */
function requestHash(request: NewUpload): string {
  const text = JSON.stringify(request, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return createHash('sha256').update(text).digest('hex')
}
