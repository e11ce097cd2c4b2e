import { type Attributes, quoted } from './attributes.ts'
import { attributesOf, linesOf } from './master.ts'

export type Key = Readonly<{ uri: string; iv: Buffer | undefined }>
export type MediaSegment = Readonly<{
  uri: string
  seconds: number
  /** Counted from the playlist's EXT-X-MEDIA-SEQUENCE. */
  sequence: number
  mapUri: string | undefined
  key: Key | undefined
  isDiscontinuous: boolean
}>
export type MediaPlaylist = Readonly<{ targetSeconds: number; segments: readonly MediaSegment[] }>

const SILENT_TAGS =
  /^#EXT-X-(VERSION:\d+|TARGETDURATION:\d+|MEDIA-SEQUENCE:\d+|PLAYLIST-TYPE:VOD|INDEPENDENT-SEGMENTS|ENDLIST|DISCONTINUITY-SEQUENCE:\d+|PROGRAM-DATE-TIME:.+)$/

/** Reads a finished media playlist strictly; what is wrong with it is a line of `problems`. */
export function parseMedia(name: string, text: string, problems: string[]): MediaPlaylist {
  const complain = (what: string): number => problems.push(`${name}: ${what}`)
  const own: string[] = []
  const lines = linesOf(text, own)
  for (const problem of own) complain(problem)
  if (lines.at(-1) !== '#EXT-X-ENDLIST') complain('it does not end with EXT-X-ENDLIST')
  const targets = lines.filter((line) => line.startsWith('#EXT-X-TARGETDURATION:'))
  if (targets.length !== 1) complain(`${targets.length} EXT-X-TARGETDURATION`)
  const targetSeconds = Number(targets[0]?.split(':')[1])
  let sequence = Number(lines.find((line) => line.startsWith('#EXT-X-MEDIA-SEQUENCE:'))?.split(':')[1] ?? 0)
  const segments: MediaSegment[] = []
  let seconds: number | undefined
  let mapUri: string | undefined
  let key: Key | undefined
  let isDiscontinuous = false
  for (const line of lines) {
    const value = line.slice(line.indexOf(':') + 1)
    if (line.startsWith('#EXTINF:')) {
      if (seconds !== undefined) complain('EXTINF without an address after it')
      seconds = /^\d+(\.\d+)?,/.test(value) ? Number.parseFloat(value) : undefined
      if (seconds === undefined) complain(`not a duration: ${line}`)
    } else if (line.startsWith('#EXT-X-MAP:')) {
      mapUri = quoted(attributesOf(line, value, problems), 'URI')
      if (mapUri === undefined) complain('EXT-X-MAP without URI')
    } else if (line.startsWith('#EXT-X-KEY:')) {
      key = keyOf(attributesOf(line, value, problems), complain)
    } else if (line === '#EXT-X-DISCONTINUITY') {
      isDiscontinuous = true
    } else if (!line.startsWith('#')) {
      if (seconds === undefined) complain(`a segment without EXTINF: ${line}`)
      if (Math.round(seconds ?? 0) > targetSeconds) complain(`${line} is longer than the target duration`)
      segments.push({ uri: line, seconds: seconds ?? 0, sequence, mapUri, key, isDiscontinuous })
      sequence += 1
      seconds = undefined
      isDiscontinuous = false
    } else if (line.startsWith('#EXT') && !SILENT_TAGS.test(line)) complain(`not a tag of a media playlist: ${line}`)
  }
  if (seconds !== undefined) complain('EXTINF at the end')
  if (segments.length === 0) complain('no segment')
  return { targetSeconds, segments }
}

function keyOf(attributes: Attributes, complain: (what: string) => void): Key | undefined {
  const method = attributes.get('METHOD')
  if (method === 'NONE') return undefined
  if (method !== 'AES-128') complain(`EXT-X-KEY of method ${method}`)
  const uri = quoted(attributes, 'URI')
  if (uri === undefined) complain('EXT-X-KEY without URI')
  const iv = /^0x([0-9a-f]{32})$/i.exec(attributes.get('IV') ?? '')?.[1]
  if (attributes.has('IV') && iv === undefined) complain('EXT-X-KEY with an IV that is not 128 bits')
  return { uri: uri ?? '', iv: iv === undefined ? undefined : Buffer.from(iv, 'hex') }
}
