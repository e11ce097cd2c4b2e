import type { Random } from '../ports/random.ts'
import type { Repositories } from '../ports/unit-of-work.ts'
import { isFinished, isOpen, type Upload, type UploadTarget } from '../uploads/upload.ts'
import type { Asset, Source } from './asset.ts'
import { insertWithoutSender } from './reused-upload.ts'

/** What comes late may still have to be looked at. */
const LATENESS_MS = 24 * 60 * 60_000

/**
 * The upload whose file is the asset's first, or the next that it shows, and has not been looked at yet; undefined where
 * none is on its way. `shown` is the version that there is.
 */
export async function awaitedUpload(
  tx: Repositories,
  asset: Asset,
  shown: Source | undefined,
): Promise<Upload | undefined> {
  if (shown !== undefined) {
    const isAwaited = shown.media === undefined && shown.failure === undefined
    return isAwaited ? tx.uploads.get(shown.uploadId) : undefined
  }
  const newest = await tx.uploads.newestForAsset(asset.id)
  return newest !== undefined && (isOpen(newest.state) || isFinished(newest.state)) ? newest : undefined
}

/**
 * The upload of a copy that waits for a file: nobody has its token, and it ends by itself when that file does not come.
 */
export async function insertWaitingUpload(
  tx: Repositories,
  awaited: Upload,
  copy: Asset,
  target: (before: UploadTarget) => UploadTarget,
  { nowMs, random }: Readonly<{ nowMs: number; random: Random }>,
): Promise<void> {
  const untilMs = Math.max(nowMs, awaited.hardExpiresAtMs) + LATENESS_MS
  const own = {
    assetId: copy.id,
    state: 'pending',
    sizeBytes: undefined,
    target: target(awaited.target),
    echo: {},
  } as const
  const times = { expiresAtMs: untilMs, hardExpiresAtMs: untilMs, completedAtMs: undefined }
  await insertWithoutSender(tx, { ...awaited, ...own, ...times }, { nowMs, random })
}
