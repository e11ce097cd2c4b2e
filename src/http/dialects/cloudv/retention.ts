import type { Services } from '../../services.ts'
import { UploadError } from './upload-error.ts'
import type { Video } from './videos.ts'

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

/**
 * From now on the file of this video is kept for so many days; one that takes the place of another, without a word on
 * that, for good.
 */
export async function keepFor(
  { library, clock }: Services,
  { projectId, assetId, isStored }: Pick<Video, 'projectId' | 'assetId' | 'isStored'>,
  days: number | undefined,
): Promise<void> {
  if (days === undefined && !isStored) return
  await library.keepUntil(projectId, assetId, days === undefined ? undefined : clock.now() + days * DAY_MS)
}
