import type { StagedPlace, Upload } from './upload.ts'
import { known, type UploadContext } from './upload-context.ts'

/** Makes the staged file exist before its first byte; several first requests at once agree on one. */
export async function ensureStaged(
  { staging, work, clock }: UploadContext,
  upload: Upload,
  sizeBytes: number | undefined,
): Promise<StagedPlace> {
  if (upload.state !== 'pending') return upload.staging
  const { layout } = await staging.create(upload.staging.key, sizeBytes === undefined ? {} : { sizeBytes })
  const created = { ...upload.staging, layout }
  if (created.layout === upload.staging.layout) return created
  const agreed = await work.transaction(async (tx) => {
    const row = known(await tx.uploads.lock(upload.id))
    if (row.staging.layout !== '') return row.staging
    await tx.uploads.update(upload.id, { staging: created }, clock.now())
    return created
  })
  if (agreed.layout !== created.layout) await staging.discard(created)
  return agreed
}
