import { isDomainError } from '../errors.ts'
import { usualLanguage } from './language.ts'
import type { TextStream } from './media-info.ts'
import type { Subtitle } from './subtitle.ts'
import { toWebVtt } from './subtitle-text.ts'

/** Subtitles that came inside a file; `vtt` is the whole WebVTT file. */
export type EmbeddedSubtitle = Pick<Subtitle, 'language' | 'label' | 'kind'> & Readonly<{ vtt: string }>

const UNKNOWN = 'und'
/** Line breaks and the like have no place in a label. */
const CONTROL = /\p{Cc}+/gu

/**
 * What the text streams of a file are as subtitles. `textOf` gives each stream's text in a form that `toWebVtt` reads;
 * those without a single text, and those too large, are left out. No two have the same label. None is a default:
 * muxers mark the first one whether anybody wants it or not.
 */
export function embeddedSubtitles(
  streams: readonly TextStream[],
  textOf: (stream: TextStream) => Uint8Array | undefined,
): readonly EmbeddedSubtitle[] {
  const found: EmbeddedSubtitle[] = []
  for (const stream of streams) {
    const bytes = textOf(stream)
    const vtt = bytes && readable(bytes)
    if (vtt === undefined) continue
    const language = usualLanguage(stream.language ?? UNKNOWN) ?? UNKNOWN
    const kind = stream.isForced ? 'forced' : stream.isForHearingImpaired ? 'captions' : 'subtitles'
    found.push({ language, label: labelOf(stream, language, found), kind, vtt })
  }
  return found
}

function readable(bytes: Uint8Array): string | undefined {
  try {
    return toWebVtt(bytes)
  } catch (error) {
    if (isDomainError(error)) return undefined
    throw error
  }
}

function labelOf(stream: TextStream, language: string, others: readonly EmbeddedSubtitle[]): string {
  const title = stream.title?.replace(CONTROL, ' ').trim() ?? ''
  const name = title === '' ? (language === UNKNOWN ? 'Track' : language) : title
  const isTaken = (label: string) => others.some((other) => other.label === label)
  if (!isTaken(name) && name !== 'Track') return name
  let number = others.length + 1
  while (isTaken(`${name} ${number}`)) number += 1
  return `${name} ${number}`
}
