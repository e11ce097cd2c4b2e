import type { Migration } from 'kysely/migration'
import { foundation } from './0001-foundation.ts'
import { uploadParts } from './0002-upload-parts.ts'
import { revokedSessions } from './0003-revoked-sessions.ts'
import { pulls } from './0004-pulls.ts'
import { partsOfUploads } from './0005-parts-of-uploads.ts'
import { library } from './0006-library.ts'
import { webhooks } from './0007-webhooks.ts'
import { mediaTreatment } from './0008-media-treatment.ts'
import { fileDigests } from './0009-file-digests.ts'
import { sessionUses } from './0010-session-uses.ts'
import { assetExpiries } from './0011-asset-expiries.ts'
import { jobsOfAssets } from './0013-jobs-of-assets.ts'
import { wishesOfPlaces } from './0014-wishes-of-places.ts'
import { splitFilms } from './0015-split-films.ts'
import { sourceFolders } from './0016-source-folders.ts'
import { categoryDescriptions } from './0017-category-descriptions.ts'

/** In order, by hand. Forward only; a landed migration is never edited. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-foundation': foundation,
  '0002-upload-parts': uploadParts,
  '0003-revoked-sessions': revokedSessions,
  '0004-pulls': pulls,
  '0005-parts-of-uploads': partsOfUploads,
  '0006-library': library,
  '0007-webhooks': webhooks,
  '0008-media-treatment': mediaTreatment,
  '0009-file-digests': fileDigests,
  '0010-session-uses': sessionUses,
  '0011-asset-expiries': assetExpiries,
  '0013-jobs-of-assets': jobsOfAssets,
  '0014-wishes-of-places': wishesOfPlaces,
  '0015-split-films': splitFilms,
  '0016-source-folders': sourceFolders,
  '0017-category-descriptions': categoryDescriptions,
}
