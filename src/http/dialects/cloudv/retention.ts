import type { AssetId, ProjectId } from '../../../core/ids.ts'
import type { Services } from '../../services.ts'
import { UploadError } from './upload-error.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const MAX_DAYS = 36_500

/** `Deadline`: for how many days the file is kept; undefined for good. Throws 400. */
export function readRetention(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const days = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (days < 1 || days > MAX_DAYS) {
    throw new UploadError(400, `Deadline must be a number of days, 1 to ${MAX_DAYS}.`)
  }
  return days
}

/** From now on the file of this asset is kept for so many days. */
export async function keepFor(
  { library, clock }: Services,
  { projectId, assetId }: Readonly<{ projectId: ProjectId; assetId: AssetId }>,
  days: number | undefined,
): Promise<void> {
  if (days !== undefined) await library.keepUntil(projectId, assetId, clock.now() + days * DAY_MS)
}
