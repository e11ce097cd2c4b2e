import type { Source } from '../core/library/asset.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import type { PackageEncryption } from '../core/transcoding/package-encryption.ts'

/** How the package of a source is encrypted, by the keys that were stored for it; undefined: it is clear. */
export async function packageEncryption(
  work: UnitOfWork,
  { id, treatment }: Pick<Source, 'id' | 'treatment'>,
): Promise<PackageEncryption | undefined> {
  const keys = await work.read.sources.contentKeys(id)
  if (keys.length === 0) return undefined
  return { keys, segmentsPerKey: treatment?.encryption?.segmentsPerKey ?? Number.POSITIVE_INFINITY }
}
