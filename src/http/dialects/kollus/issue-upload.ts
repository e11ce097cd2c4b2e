import { isDomainError } from '../../../core/errors.ts'
import type { ProjectId } from '../../../core/ids.ts'
import type { Random } from '../../../core/ports/random.ts'
import type { Upload } from '../../../core/uploads/upload.ts'
import type { Services } from '../../services.ts'
import { categoryOf } from './library/edit-media-content.ts'
import type { KollusParameters } from './parameters.ts'
import { findProfile } from './profiles/profile.ts'
import { newUploadFileKey } from './upload-file-key.ts'
import { toNewUpload } from './upload-options.ts'
import { presentSession } from './upload-session.ts'

/** Two uploads of one day get the same key once in 2.8 million million tries. */
const KEY_ATTEMPTS = 5

/** An upload that waits for its file; `session` is shown this once. */
export type IssuedSession = Readonly<{ upload: Upload; session: string; uploadFileKey: string }>

/** Issues an upload under a key of its own. Throws not_found for a category, and what `toNewUpload` and the core throw. */
export async function issueUpload(
  { services, random }: Readonly<{ services: Services; random: Random }>,
  projectId: ProjectId,
  parameters: KollusParameters,
): Promise<IssuedSession> {
  const category = parameters.get('category_key')
  const categoryIds = category === undefined ? [] : await categoryOf(services, projectId, category)
  const profileKey = await profileWanted(services, projectId, parameters)
  for (let attempt = 1; ; attempt++) {
    const uploadFileKey = newUploadFileKey(services.clock.now(), random)
    try {
      const { upload, token } = await services.uploads.create(
        toNewUpload(parameters, { projectId, uploadFileKey, categoryIds, profileKey }),
      )
      return { upload, session: presentSession(token), uploadFileKey }
    } catch (error) {
      if (!isDomainError(error, 'state_conflict') || attempt === KEY_ATTEMPTS) throw error
    }
  }
}

/** Our key of the profile that the call names; undefined where there is none, or none of that name. */
async function profileWanted(services: Services, projectId: ProjectId, parameters: KollusParameters) {
  const text = parameters.get('profile_key')
  if (text === undefined) return undefined
  const profile = await findProfile(services, projectId, text).catch((error: unknown) => {
    if (!isDomainError(error, 'not_found')) throw error
  })
  return profile?.key
}
