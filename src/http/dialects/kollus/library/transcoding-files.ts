import type { Rendition } from '../../../../core/library/asset.ts'
import type { AssetView } from '../../../../core/library/library-service.ts'
import type { Treatment } from '../../../../core/transcoding/treatment.ts'
import { PROFILE_GROUPS } from '../profiles/profile-group.ts'
import { wireProfileKey } from '../wire/profile-key.ts'
import { playTime, unixSeconds } from '../wire/quantities.ts'

/**
 * What can be played of a content: its renditions, each with the profile that it was made by, or the file itself where
 * that is passed through. Source: docs/dialects/kollus.md#media-contents.
 */
export function transcodingFiles({ source, renditions }: AssetView, account: string) {
  const treatment = source?.treatment
  const common = {
    ...groupOf(treatment),
    thumbnail_urls: [],
    created_at: unixSeconds(source?.readyAtMs),
    updated_at: unixSeconds(source?.readyAtMs),
  }
  const keyOf = (key: string | undefined): string => (key === undefined ? '' : wireProfileKey(account, key))
  if (treatment?.delivery === 'passthrough') {
    const { sizeBytes = 0, media } = source ?? {}
    const file = fileFacts(sizeBytes, media?.durationMs ?? 0)
    const video = media?.video && pictureFacts(media.video)
    return [
      {
        profile_key: keyOf(treatment.profileKey),
        profile_name: 'original',
        media_information: { file, video: video ?? null },
        ...common,
      },
    ]
  }
  return renditions.map((rendition) => ({
    profile_key: keyOf(profileKeyOf(rendition, treatment)),
    profile_name: rendition.name,
    media_information: {
      file: fileFacts(rendition.sizeBytes, rendition.durationMs),
      video: pictureFacts(rendition),
    },
    ...common,
  }))
}

/** Of the profiles that were asked for later, the one that made it. */
function profileKeyOf({ name }: Rendition, treatment: Treatment | undefined): string | undefined {
  const later = treatment?.further?.find(({ made }) => made?.includes(name) === true)
  return later?.profileKey ?? treatment?.profileKey
}

function groupOf(treatment: Treatment | undefined) {
  const { key, name } = PROFILE_GROUPS[treatment?.delivery ?? 'adaptive']
  return { media_profile_group_key: key, media_profile_group_name: name }
}

function fileFacts(sizeBytes: number, durationMs: number) {
  return { filesize: sizeBytes, raw_duration: durationMs, duration: playTime(durationMs) }
}

type Picture = Readonly<{
  widthPx: number | undefined
  heightPx: number | undefined
  frameRate: number | undefined
}>

/** Of sound there is none. */
function pictureFacts({ widthPx, heightPx, frameRate }: Picture) {
  return heightPx === undefined ? null : { width: widthPx, height: heightPx, framerate: frameRate }
}
