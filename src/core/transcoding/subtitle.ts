import type { AssetId, SubtitleId } from '../ids.ts'

/** `captions` also tell what is heard besides speech; `forced` are shown even when none are chosen. */
export const SUBTITLE_KINDS = ['subtitles', 'captions', 'forced'] as const
export type SubtitleKind = (typeof SUBTITLE_KINDS)[number]

/** A text that is shown with an asset. It belongs to the asset, so that it outlives a replaced file. */
export type Subtitle = Readonly<{
  id: SubtitleId
  assetId: AssetId
  /** BCP 47, for example `en` or `pt-BR`. */
  language: string
  /** What viewers choose it by. */
  label: string
  kind: SubtitleKind
  isDefault: boolean
  /** Its text has not come yet: it is shown to nobody who watches. */
  isEmpty?: boolean
  createdAtMs: number
}>

/** Of one asset. */
export const MAX_SUBTITLES = 100
