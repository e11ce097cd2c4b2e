import { DomainError } from '../errors.ts'
import { readTtml } from './read-ttml.ts'

/**
 * Forms of subtitles that are taken. `ass` is SubStation Alpha in either version, `ttml` also what is called DFXP; of
 * the styling of both little more than the text is kept.
 */
type SubtitleFormat = 'vtt' | 'srt' | 'ass' | 'ttml'

type Cue = Readonly<{ startMs: number; endMs: number; settings: string; lines: readonly string[] }>

const MAX_CUES = 20_000
export const MAX_SUBTITLE_BYTES = 4 * 1024 * 1024

/**
 * The text as one WebVTT file, made anew from its cues in the order of time: whatever else stands in the file (styles,
 * scripts, comments) is not carried over. Throws invalid_argument for a text of no known form or without a cue.
 */
export function toWebVtt(bytes: Uint8Array): string {
  const text = decoded(bytes).replace(/\r\n?/g, '\n')
  const cues = cuesOf(text, formatOf(text)).filter((cue) => cue.endMs > cue.startMs && cue.lines.length > 0)
  if (cues.length === 0)
    throw new DomainError('invalid_argument', 'The file has no subtitle in it that lasts for any time.')
  if (cues.length > MAX_CUES) throw new DomainError('invalid_argument', `A file has at most ${MAX_CUES} subtitles.`)
  const inOrder = cues.toSorted((a, b) => a.startMs - b.startMs)
  return `${['WEBVTT', ...inOrder.map(cueText)].join('\n\n')}\n`
}

/** Subtitle files come in UTF-8, or in UTF-16 with a mark; what is neither is taken for Windows-1252. */
function decoded(bytes: Uint8Array): string {
  if (bytes.length > MAX_SUBTITLE_BYTES) {
    throw new DomainError('invalid_argument', `Subtitles have at most ${MAX_SUBTITLE_BYTES} bytes.`)
  }
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)
  const name = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(name, { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

function formatOf(text: string): SubtitleFormat {
  if (/^WEBVTT(?:[ \t\n]|$)/.test(text)) return 'vtt'
  if (/^\s*\[Script Info\]/i.test(text)) return 'ass'
  if (/^\s*<(?:\?xml\s|!--|!DOCTYPE|(?:[\w.-]+:)?tt[\s>])/.test(text)) return 'ttml'
  if (/\d+:\d\d:\d\d,\d{1,3}\s*-->/.test(text)) return 'srt'
  throw new DomainError('invalid_argument', 'The file is neither WebVTT nor SRT nor SubStation Alpha (ASS) nor TTML.')
}

function cuesOf(text: string, format: SubtitleFormat): Cue[] {
  if (format === 'ttml') return readTtml(text).map((cue) => ({ ...cue, settings: '' }))
  return format === 'ass' ? assCues(text) : blockCues(text, format)
}

const TIMES = /^\s*((?:\d+:)?\d?\d:\d\d[.,]\d{1,3})\s*-->\s*((?:\d+:)?\d?\d:\d\d[.,]\d{1,3})([^\n]*)$/

/** WebVTT and SRT: blocks with a line of times, empty lines between them. */
function blockCues(text: string, format: 'vtt' | 'srt'): Cue[] {
  const cues: Cue[] = []
  for (const block of text.split(/\n[ \t]*\n+/)) {
    const lines = block.split('\n')
    const at = lines.findIndex((line) => line.includes('-->'))
    const [, start, end, settings = ''] = TIMES.exec(lines[at] ?? '') ?? []
    if (start === undefined || end === undefined) continue
    const kept = lines.slice(at + 1).map((line) => (format === 'srt' ? srtLine(line) : vttLine(line)))
    cues.push({
      startMs: clockMs(start),
      endMs: clockMs(end),
      settings: format === 'vtt' ? knownSettings(settings) : '',
      lines: kept.filter((line) => line.trim() !== ''),
    })
  }
  return cues
}

/** SRT knows bold, italic and underline; fonts, colours and the overrides some tools leave in it are not for WebVTT. */
function srtLine(line: string): string {
  return line
    .replace(/\{\\[^}]*\}/g, '')
    .replace(/<(?!\/?[biu]>)[^>]*>?/gi, '')
    .replaceAll('&', '&amp;')
    .replace(/<(\/?)([biu])>/gi, (_, slash: string, tag: string) => `<${slash}${tag.toLowerCase()}>`)
    .replaceAll('-->', '→')
}

/** Tags and entities mean the same; an arrow would begin a new cue. */
function vttLine(line: string): string {
  return line.replaceAll('-->', '→')
}

const SETTING =
  /^(?:vertical:(?:rl|lr)|line:-?[\d.]+%?(?:,(?:start|center|end))?|position:[\d.]+%(?:,[a-z-]+)?|size:[\d.]+%|align:(?:start|center|end|left|right))$/

function knownSettings(text: string): string {
  return text
    .trim()
    .split(/\s+/)
    .filter((setting) => SETTING.test(setting))
    .join(' ')
}

function assCues(text: string): Cue[] {
  const cues: Cue[] = []
  let columns: readonly string[] = []
  let isEvents = false
  for (const line of text.split('\n')) {
    const section = /^\s*\[([^\]]*)\]/.exec(line)?.[1]
    if (section !== undefined) isEvents = section.trim().toLowerCase() === 'events'
    if (!isEvents) continue
    const [, kind, rest = ''] = /^(Format|Dialogue):\s*(.*)$/i.exec(line) ?? []
    if (kind?.toLowerCase() === 'format') columns = rest.split(',').map((name) => name.trim().toLowerCase())
    if (kind?.toLowerCase() !== 'dialogue' || columns.length === 0) continue
    const fields = rest.split(',')
    const value = (name: string) => fields[columns.indexOf(name)] ?? ''
    const words = fields.slice(columns.length - 1).join(',')
    const [start, end] = [value('start').trim(), value('end').trim()]
    if (!/^\d+:\d\d:\d\d[.]\d{1,3}$/.test(start) || !/^\d+:\d\d:\d\d[.]\d{1,3}$/.test(end)) continue
    cues.push({ startMs: clockMs(start), endMs: clockMs(end), settings: '', lines: assLines(words) })
  }
  return cues
}

function assLines(words: string): string[] {
  // What is drawn with \\p is a shape, not words.
  if (/\{[^}]*\\p[1-9]/.test(words)) return []
  return words
    .replace(/\{[^}]*\}/g, '')
    .split(/\\[Nn]/)
    .map((line) =>
      line.replaceAll('\\h', '\u00a0').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('-->', '→'),
    )
    .filter((line) => line.trim() !== '')
}

/** `1:02:03.450`, `02:03,45` or the like. */
function clockMs(text: string): number {
  const [clock = '', fraction = ''] = text.split(/[.,]/)
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return seconds * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3))
}

function cueText({ startMs, endMs, settings, lines }: Cue): string {
  const times = `${clockText(startMs)} --> ${clockText(endMs)}${settings === '' ? '' : ` ${settings}`}`
  return [times, ...lines].join('\n')
}

/** A time of WebVTT: `01:02:03.450`. */
export function clockText(ms: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const rest = String(ms % 1000).padStart(3, '0')
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${rest}`
}
