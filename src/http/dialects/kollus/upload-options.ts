import { DomainError } from '../../../core/errors.ts'
import type { CategoryId, ProjectId } from '../../../core/ids.ts'
import type { NewUpload } from '../../../core/uploads/upload-plan.ts'
import type { KollusParameters } from './parameters.ts'
import { UPLOAD_FILE_KEY } from './upload-file-key.ts'
import { readFlag } from './wire/flags.ts'

const DEFAULT_EXPIRE_TIME_S = 600
const MAX_EXPIRE_TIME_S = 21_600
/** Of sound, unless another profile is named. */
const AUDIO_PROFILE = 'audio'

/** What a call asks for, as far as it has been looked up. */
type Wanted = Readonly<{
  projectId: ProjectId
  uploadFileKey: string
  categoryIds: readonly CategoryId[]
  /** Ours, of a profile that exists. */
  profileKey: string | undefined
}>

/**
 * What a "create upload URL" call asks for. Unknown parameters are ignored, and so is a profile that does not exist
 * where the file is encoded anyhow. Throws invalid_argument.
 * Source: docs/dialects/kollus.md#create-upload-url.
 */
export function toNewUpload(
  parameters: KollusParameters,
  { projectId, uploadFileKey, categoryIds, profileKey }: Wanted,
): NewUpload {
  const passthrough = flag(parameters, 'is_passthrough')
  if (passthrough && profileKey === undefined) {
    const named = parameters.get('profile_key')
    throw new DomainError(
      'invalid_argument',
      named === undefined ? 'A passthrough upload needs a profile_key.' : `There is no profile ${named}.`,
    )
  }
  const audioOnly = flag(parameters, 'is_audio_upload')
  return {
    projectId,
    // The file brings its own name.
    fileName: '',
    leaseMs: expireTimeS(parameters) * 1000,
    // The whole transfer has to end before the URL expires.
    policy: { expiry: 'deadline' },
    target: {
      // Without a title the asset is called after its file, which is what passthrough demands.
      title: passthrough ? undefined : parameters.get('title'),
      categoryIds,
      encrypt: flag(parameters, 'is_encryption_upload'),
      audioOnly,
      passthrough,
      profileKey: profileKey ?? (audioOnly ? AUDIO_PROFILE : undefined),
    },
    externalKeys: [{ namespace: UPLOAD_FILE_KEY, key: uploadFileKey, of: 'asset' }],
  }
}

/** How long the URL lives, in seconds. */
function expireTimeS(parameters: KollusParameters): number {
  const text = parameters.get('expire_time')
  if (text === undefined) return DEFAULT_EXPIRE_TIME_S
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (seconds >= 1 && seconds <= MAX_EXPIRE_TIME_S) return seconds
  throw new DomainError(
    'invalid_argument',
    `expire_time must be a whole number from 1 to ${MAX_EXPIRE_TIME_S} seconds.`,
  )
}

function flag(parameters: KollusParameters, name: string): boolean {
  return readFlag(parameters, name) ?? false
}
