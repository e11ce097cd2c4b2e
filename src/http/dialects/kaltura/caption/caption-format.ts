import type { Asset } from '../../../../core/library/asset.ts'
import type { Subtitle } from '../../../../core/transcoding/subtitle.ts'

/** KalturaCaptionType, of those that are delivered. */
export const CAPTION_FORMAT = { srt: '1', dfxp: '2', webVtt: '3' } as const

export type CaptionFormat = (typeof CAPTION_FORMAT)[keyof typeof CAPTION_FORMAT]

/** How the files of each end. */
const EXTENSIONS: Readonly<Record<CaptionFormat, string>> = { 1: 'srt', 2: 'dfxp', 3: 'vtt' }

export function captionExtension(format: CaptionFormat): string {
  return EXTENSIONS[format]
}

/** What is announced as anything else comes back as WebVTT. */
export function deliveredFormat(announced: unknown): CaptionFormat {
  return Object.values(CAPTION_FORMAT).find((own) => own === announced) ?? CAPTION_FORMAT.webVtt
}

/** What says in the asset's metadata how a client wants its captions back; the library keeps WebVTT alone. */
function noteOf({ id }: Pick<Subtitle, 'id'>): string {
  return `kaltura.caption.${id.slice(id.indexOf('_') + 1)}`
}

export function captionFormat({ metadata }: Asset, subtitle: Pick<Subtitle, 'id'>): CaptionFormat {
  return deliveredFormat(metadata[noteOf(subtitle)])
}

/** The change of the asset's metadata that notes a format; undefined forgets it. */
export function formatNote(
  subtitle: Pick<Subtitle, 'id'>,
  format: CaptionFormat | undefined,
): Readonly<Record<string, string | undefined>> {
  return { [noteOf(subtitle)]: format === CAPTION_FORMAT.webVtt ? undefined : format }
}
