import type { UploadId } from '../ids.ts'
import type { FileVersion } from '../ports/remote-file.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import type { Upload } from './upload.ts'

/** An upload whose file the server gets by itself. */
export type Pull = Readonly<{
  uploadId: UploadId
  /** A secret: it may carry a password or a signature. */
  url: string
  /** Of the file whose bytes are stored so far; undefined when the other server did not say, or was not asked yet. */
  totalBytes: number | undefined
  version: FileVersion | undefined
}>

/** With the growing pauses between them, attempts go on for about half an hour. */
const MAX_ATTEMPTS = 8

/** Notes where the file of a new upload comes from, and that it is to be got, in the transaction that makes the upload. */
export async function enqueuePull(tx: Repositories, upload: Upload, url: string): Promise<void> {
  const { id: uploadId, projectId, assetId, createdAtMs: nowMs } = upload
  if (assetId === undefined) throw new Error('a file that is pulled has an asset to go to')
  await tx.pulls.insert({ uploadId, url, totalBytes: undefined, version: undefined })
  const job = { kind: 'pull', projectId, assetId, uploadId, maxAttempts: MAX_ATTEMPTS } as const
  await tx.jobs.enqueue(job, { key: `pull:${uploadId}`, nowMs })
}
