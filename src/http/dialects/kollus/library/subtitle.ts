import type { AssetView } from '../../../../core/library/library-service.ts'
import type { Subtitle } from '../../../../core/transcoding/subtitle.ts'
import type { Services } from '../../../services.ts'
import { bit } from '../wire/quantities.ts'

/**
 * Subtitles as every generation shows them. Their address is good for some hours, and empty until the content plays.
 * Source: docs/dialects/kollus.md#subtitles.
 */
export function subtitleItem(subtitle: Subtitle, view: AssetView, { playback, publicUrl }: Services) {
  const token = playback.paths(view)?.token
  const path = `/play/${token}/${view.asset.id}/subtitles/${subtitle.id}.vtt`
  return {
    id: subtitle.id,
    language_id: subtitle.language,
    name: subtitle.label,
    is_default: bit(subtitle.isDefault),
    subtitle_path: token === undefined ? '' : publicUrl + path,
  }
}
