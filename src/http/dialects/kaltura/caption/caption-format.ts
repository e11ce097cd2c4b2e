import type { Asset } from '../../../../core/library/asset.ts'
import type { Subtitle } from '../../../../core/transcoding/subtitle.ts'

/** KalturaCaptionType, of those that are delivered. */
export const CAPTION_FORMAT = { srt: '1', webVtt: '3' } as const

type CaptionFormat = (typeof CAPTION_FORMAT)[keyof typeof CAPTION_FORMAT]

/** What says in the asset's metadata that a client wants its captions back as SRT; the library keeps WebVTT alone. */
function noteOf({ id }: Pick<Subtitle, 'id'>): string {
  return `kaltura.caption.${id.slice(id.indexOf('_') + 1)}`
}

export function captionFormat({ metadata }: Asset, subtitle: Pick<Subtitle, 'id'>): CaptionFormat {
  return metadata[noteOf(subtitle)] === CAPTION_FORMAT.srt ? CAPTION_FORMAT.srt : CAPTION_FORMAT.webVtt
}

/** The change of the asset's metadata that notes a format; undefined forgets it. */
export function formatNote(
  subtitle: Pick<Subtitle, 'id'>,
  format: CaptionFormat | undefined,
): Readonly<Record<string, string | undefined>> {
  return { [noteOf(subtitle)]: format === CAPTION_FORMAT.srt ? format : undefined }
}

/** The WebVTT that the library keeps, as SRT: numbered, with commas in its times and without settings. */
export function toSrt(webVtt: string): string {
  const cues = webVtt.split('\n\n').filter((block) => block.includes(' --> '))
  return cues.map((cue, index) => `${index + 1}\n${withSrtTimes(cue.trimEnd())}\n`).join('\n')
}

function withSrtTimes(cue: string): string {
  const [times = '', ...lines] = cue.split('\n')
  const [, start = '', end = ''] = /^(\S+) --> (\S+)/.exec(times) ?? []
  const text = lines.join('\n').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
  return `${start.replace('.', ',')} --> ${end.replace('.', ',')}\n${text}`
}
