import { DomainError, isDomainError } from '../../../../core/errors.ts'
import type { ProjectId } from '../../../../core/ids.ts'
import type { NamedProfile } from '../../../../core/transcoding/media-settings-service.ts'
import { type ProfileSettings, STANDARD_KEY } from '../../../../core/transcoding/profile.ts'
import type { Services } from '../../../services.ts'
import { contentProviderKey } from '../access.ts'
import { numericId } from '../wire/numeric-id.ts'
import { ownProfileKey, wireProfileKey } from '../wire/profile-key.ts'
import { bit } from '../wire/quantities.ts'
import { PROFILE_GROUPS } from './profile-group.ts'

/** What all our encodes have in common. */
const SAMPLE_RATE_HZ = 48_000
const STEREO = 2
const WIDE = 16 / 9

/**
 * A profile as every generation shows it: the union of what clients read. The vendor makes one file by each profile and
 * we a whole ladder, of which the largest step is shown. Bit rates are bits per second, 0 where the server chooses.
 * Source: docs/dialects/kollus.md#profiles.
 */
export function profileItem(account: string, { key, name, settings, isBuiltIn }: NamedProfile) {
  const group = PROFILE_GROUPS[settings.delivery]
  return {
    id: numericId(key),
    key: wireProfileKey(account, key),
    name,
    media_profile_group_key: group.key,
    media_profile_group_name: group.name,
    is_default_preset: bit(isBuiltIn),
    // Every upload that names no other has the standard one.
    is_optional: bit(key !== STANDARD_KEY),
    is_audio_file: bit(settings.delivery === 'audio'),
    container_format: settings.delivery === 'passthrough' ? '' : 'mp4',
    bitrate_mode: 'vbr',
    ...videoFields(settings),
    video_rotate_degree: 0,
    video_overlay_position: '',
    video_overlay_path: '',
    is_video_ratio: 1,
    is_video_vertical_flip: 0,
    is_video_horizontal_flip: 0,
    audio_codec: settings.delivery === 'passthrough' ? '' : 'aac',
    audio_bitrate: settings.delivery === 'passthrough' ? 0 : (settings.audio.bitRates[0] ?? 0),
    audio_samplerate: SAMPLE_RATE_HZ,
    audio_channel: STEREO,
    audio_volume_control: 0,
  }
}

function videoFields({ delivery, video }: ProfileSettings) {
  if (delivery !== 'adaptive') {
    return { video_codec: '', video_bitrate: 0, video_width: 0, video_height: 0, video_framerate: 0 }
  }
  const [largest] = video.steps
  const heightPx = largest?.shorterSidePx ?? video.maxShorterSidePx
  return {
    video_codec: video.codecs[0] ?? '',
    video_bitrate: largest?.maxBitRate ?? 0,
    video_width: 2 * Math.round((heightPx * WIDE) / 2),
    video_height: heightPx,
    video_framerate: video.maxFrameRate,
  }
}

/** The profile of a key, with the account's key before it or without. Throws not_found. */
export async function findProfile(services: Services, projectId: ProjectId, text: string): Promise<NamedProfile> {
  const account = await contentProviderKey(services, projectId)
  for (const key of new Set([ownProfileKey(account, text), text])) {
    const found = await services.mediaSettings.getProfile(projectId, key).catch((error: unknown) => {
      if (!isDomainError(error, 'not_found')) throw error
    })
    if (found !== undefined) return found
  }
  throw new DomainError('not_found', `There is no profile ${text}.`)
}
