import { clockText } from '../../../../core/transcoding/subtitle-text.ts'

/** A cue of the WebVTT that the library keeps; its lines are as they stand there. */
type Cue = Readonly<{ startMs: number; endMs: number; times: string; lines: readonly string[] }>

const TIMES = /^(\d+):(\d\d):(\d\d)\.(\d{3}) --> (\d+):(\d\d):(\d\d)\.(\d{3})/

function cuesOf(webVtt: string): readonly Cue[] {
  return webVtt.split('\n\n').flatMap((block) => {
    const [times = '', ...lines] = block.trimEnd().split('\n')
    const [, ...numbers] = TIMES.exec(times)?.map(Number) ?? []
    const [h1 = 0, m1 = 0, s1 = 0, ms1 = 0, h2 = 0, m2 = 0, s2 = 0, ms2 = 0] = numbers
    const ms = (h: number, m: number, s: number, rest: number): number => ((h * 60 + m) * 60 + s) * 1000 + rest
    return numbers.length === 0 ? [] : [{ startMs: ms(h1, m1, s1, ms1), endMs: ms(h2, m2, s2, ms2), times, lines }]
  })
}

/** As SRT: numbered, with commas in its times and without settings. */
export function toSrt(webVtt: string): string {
  return cuesOf(webVtt)
    .map(({ startMs, endMs, lines }, index) => {
      const times = [startMs, endMs].map((ms) => clockText(ms).replace('.', ',')).join(' --> ')
      const text = lines.join('\n').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
      return `${index + 1}\n${times}\n${text}\n`
    })
    .join('\n')
}

/** As DFXP, which is TTML: bold, italic and underlined words stay so. `language` is a BCP 47 tag. */
export function toDfxp(webVtt: string, language: string): string {
  const paragraphs = cuesOf(webVtt).map(({ startMs, endMs, lines }) => {
    const times = `begin="${clockText(startMs)}" end="${clockText(endMs)}"`
    return `<p ${times}>${withSpans(lines.join('\n'))}</p>`
  })
  const names = 'xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"'
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<tt ${names} xml:lang="${escaped(language)}"><body><div>`,
    ...paragraphs,
    '</div></body></tt>',
    '',
  ].join('\n')
}

const STYLES: Readonly<Record<string, string>> = {
  b: 'fontWeight="bold"',
  i: 'fontStyle="italic"',
  u: 'textDecoration="underline"',
}

/** Tags that do not end, or end what did not begin, are put right; others than those three are left out. */
function withSpans(words: string): string {
  const open: string[] = []
  const written = words.replace(/<(\/?)(\w*)[^<>]*>|[^<]+|</g, (piece, slash: string | undefined, tag = '') => {
    if (slash === undefined) return escaped(characters(piece)).replaceAll('\n', '<br/>')
    const style = STYLES[tag]
    if (style === undefined) return ''
    if (slash === '') {
      open.push(tag)
      return `<span tts:${style}>`
    }
    if (open.at(-1) !== tag) return ''
    open.pop()
    return '</span>'
  })
  return written + '</span>'.repeat(open.length)
}

/** What is said when, in milliseconds, without any markup. */
export function toJson(webVtt: string): string {
  const objects = cuesOf(webVtt).map(({ startMs, endMs, lines }) => {
    const text = characters(lines.join('\n').replace(/<[^<>]*>/g, ''))
    return { startTime: startMs, endTime: endMs, content: [{ text }] }
  })
  return JSON.stringify({ objects })
}

/** A playlist of segments that are as long as they are asked to be; each is named relative to it. */
export function segmentsPlaylist(filmMs: number, segmentS: number): string {
  const filmS = Math.max(1, Math.ceil(filmMs / 1000))
  const lengths = Array.from({ length: Math.ceil(filmS / segmentS) }, (_, i) =>
    Math.min(segmentS, filmS - i * segmentS),
  )
  return [
    '#EXTM3U',
    `#EXT-X-TARGETDURATION:${segmentS}`,
    '#EXT-X-VERSION:3',
    '#EXT-X-MEDIA-SEQUENCE:1',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    ...lengths.flatMap((lengthS, i) => [`#EXTINF:${lengthS}.0,`, `segmentIndex/${i + 1}.vtt`]),
    '#EXT-X-ENDLIST',
    '',
  ].join('\n')
}

/** The MPEG-2 time stamp that `localTimestamp` is set against: ten seconds. */
const MPEG_TIMESTAMP = 900_000

/** The cues that are shown during one of those segments, which count from 1. */
export function webVttSegment(
  webVtt: string,
  { index, segmentS, localMs }: Readonly<{ index: number; segmentS: number; localMs: number }>,
): string {
  const [fromMs, toMs] = [(index - 1) * segmentS * 1000, index * segmentS * 1000]
  const shown = cuesOf(webVtt).filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs)
  const head = `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:${MPEG_TIMESTAMP},LOCAL:${clockText(localMs)}`
  return `${[head, ...shown.map(({ times, lines }) => [times, ...lines].join('\n'))].join('\n\n')}\n`
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', nbsp: '\u00a0', lrm: '\u200e', rlm: '\u200f' },
}

function characters(text: string): string {
  return text.replace(/&(\w+);/g, (written, name: string) => ENTITIES[name] ?? written)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
