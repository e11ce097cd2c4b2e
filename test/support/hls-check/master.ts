import { type Attributes, numeric, parseAttributes, quoted } from './attributes.ts'

export type Variant = Readonly<{
  uri: string
  bandwidth: number
  averageBandwidth: number | undefined
  codecs: readonly string[]
  widthPx: number | undefined
  heightPx: number | undefined
  frameRate: number | undefined
  audioGroup: string | undefined
}>

/** An alternative rendition; without an address, its content is in the variants themselves. */
export type Alternative = Readonly<{ type: string; group: string; name: string; uri: string | undefined }>

export type Master = Readonly<{ variants: readonly Variant[]; alternatives: readonly Alternative[] }>

const PLAIN_TAGS = new Set(['#EXT-X-INDEPENDENT-SEGMENTS'])
const MEDIA_TYPES = ['AUDIO', 'VIDEO', 'SUBTITLES', 'CLOSED-CAPTIONS']
const MAP_VERSION = 6

/** Reads a master playlist strictly; what RFC 8216 forbids, or does not know, is a line of `problems`. */
export function parseMaster(text: string, problems: string[]): Master {
  const lines = linesOf(text, problems)
  const variants: Variant[] = []
  const alternatives: Alternative[] = []
  let pending: Attributes | undefined
  for (const line of lines) {
    const value = line.slice(line.indexOf(':') + 1)
    if (line.startsWith('#EXT-X-STREAM-INF:')) {
      if (pending !== undefined) problems.push('EXT-X-STREAM-INF without an address after it')
      pending = attributesOf(line, value, problems)
    } else if (line.startsWith('#EXT-X-MEDIA:')) {
      alternatives.push(alternative(attributesOf(line, value, problems), problems))
    } else if (!line.startsWith('#')) {
      if (pending === undefined) problems.push(`an address without EXT-X-STREAM-INF: ${line}`)
      else variants.push(variant(line, pending, problems))
      pending = undefined
    } else if (
      line.startsWith('#EXT') &&
      !PLAIN_TAGS.has(line) &&
      !/^#EXT-X-(VERSION|I-FRAME-STREAM-INF|SESSION-(KEY|DATA)):/.test(line)
    ) {
      problems.push(`not a tag of a master playlist: ${line}`)
    }
  }
  if (pending !== undefined) problems.push('EXT-X-STREAM-INF at the end of the playlist')
  if (variants.length === 0) problems.push('the master playlist names no variant')
  checkGroups(lines, alternatives, problems)
  return { variants, alternatives }
}

/** The lines after `#EXTM3U`, without blank ones; checks the version. */
export function linesOf(text: string, problems: string[]): string[] {
  const [first, ...rest] = text.split(/\r?\n/)
  if (first !== '#EXTM3U') problems.push('the playlist does not begin with #EXTM3U')
  const versions = rest.filter((line) => line.startsWith('#EXT-X-VERSION:'))
  if (versions.length > 1) problems.push('EXT-X-VERSION more than once')
  const version = Number(versions[0]?.split(':')[1] ?? 1)
  if (!Number.isInteger(version) || version < 1) problems.push(`not a version: ${versions[0]}`)
  if (rest.some((line) => line.startsWith('#EXT-X-MAP')) && version < MAP_VERSION) {
    problems.push(`EXT-X-MAP needs version 6, the playlist says ${version}`)
  }
  return rest.filter((line) => line.trim() !== '')
}

export function attributesOf(line: string, value: string, problems: string[]): Attributes {
  const attributes = parseAttributes(value)
  if (attributes === undefined) problems.push(`not an attribute list: ${line}`)
  return attributes ?? new Map()
}

function variant(uri: string, attributes: Attributes, problems: string[]): Variant {
  const bandwidth = numeric(attributes, 'BANDWIDTH')
  if (bandwidth === undefined || bandwidth <= 0) problems.push(`${uri}: no BANDWIDTH`)
  const codecs = quoted(attributes, 'CODECS')
  if (codecs === undefined || codecs === '') problems.push(`${uri}: no CODECS`)
  const resolution = /^(\d+)x(\d+)$/.exec(attributes.get('RESOLUTION') ?? '')
  if (attributes.has('RESOLUTION') && resolution === null) problems.push(`${uri}: RESOLUTION is not width x height`)
  const averageBandwidth = numeric(attributes, 'AVERAGE-BANDWIDTH')
  if (averageBandwidth !== undefined && averageBandwidth > (bandwidth ?? 0)) {
    problems.push(`${uri}: AVERAGE-BANDWIDTH ${averageBandwidth} is above BANDWIDTH ${bandwidth}`)
  }
  return {
    uri,
    bandwidth: bandwidth ?? 0,
    averageBandwidth,
    codecs: codecs?.split(',').map((codec) => codec.trim()) ?? [],
    widthPx: resolution === null ? undefined : Number(resolution[1]),
    heightPx: resolution === null ? undefined : Number(resolution[2]),
    frameRate: numeric(attributes, 'FRAME-RATE'),
    audioGroup: quoted(attributes, 'AUDIO'),
  }
}

function alternative(attributes: Attributes, problems: string[]): Alternative {
  const type = attributes.get('TYPE') ?? ''
  const [group, name] = [quoted(attributes, 'GROUP-ID'), quoted(attributes, 'NAME')]
  if (!MEDIA_TYPES.includes(type)) problems.push(`EXT-X-MEDIA of type "${type}"`)
  if (!group || !name) problems.push('EXT-X-MEDIA without GROUP-ID or NAME')
  return { type, group: group ?? '', name: name ?? '', uri: quoted(attributes, 'URI') }
}

function checkGroups(lines: readonly string[], alternatives: readonly Alternative[], problems: string[]): void {
  for (const line of lines.filter((one) => one.startsWith('#EXT-X-STREAM-INF:'))) {
    const attributes = parseAttributes(line.slice(line.indexOf(':') + 1)) ?? new Map<string, string>()
    for (const type of ['AUDIO', 'VIDEO', 'SUBTITLES']) {
      const group = quoted(attributes, type)
      if (group === undefined) continue
      const isThere = alternatives.some((one) => one.type === type && one.group === group)
      if (!isThere) problems.push(`no EXT-X-MEDIA of the group ${type}="${group}"`)
    }
  }
  const names = alternatives.map(({ type, group, name }) => `${type} ${group} ${name}`)
  if (new Set(names).size < names.length) problems.push('two EXT-X-MEDIA of one group have the same name')
}
