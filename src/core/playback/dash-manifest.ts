import type { Rendition } from '../library/asset.ts'
import { frameRateFraction } from '../transcoding/frame-grid.ts'
import { FIRST_SEGMENT } from '../transcoding/package-encryption.ts'
import type { Subtitle, SubtitleKind } from '../transcoding/subtitle.ts'
import type { NamedFiles } from './read-playlist.ts'

/** A rendition and what its playlist names. */
export type TimedRendition = Readonly<{ rendition: Rendition; files: NamedFiles }>

export type ManifestParts = Readonly<{
  renditions: readonly TimedRendition[]
  subtitles: readonly Subtitle[]
  durationMs: number
}>

/** Relative to the manifest: the folder of a rendition, ending in '/', and the file of a text. */
export type ManifestAddresses = Readonly<{
  folder: (rendition: Rendition) => string
  subtitle: (subtitle: Subtitle) => string
}>

/** Ticks per second of all times here: as fine as a playlist's. The segments' own clocks need not be known. */
const TIMESCALE = 1_000_000
/** A text is fetched whole, and small. */
const TEXT_BANDWIDTH = 1000
const ROLES: Readonly<Record<SubtitleKind, string>> = {
  subtitles: 'subtitle',
  captions: 'caption',
  forced: 'forced-subtitle',
}

/**
 * The DASH manifest (ISO/IEC 23009-1, static) of the very segments that the HLS playlists name: a set for each picture
 * codec, each sound and each text. In the live profile, which is what most players know best, or in the main one where
 * segments have to be listed.
 */
export function dashManifest({ renditions, subtitles, durationMs }: ManifestParts, urls: ManifestAddresses): string {
  const longestMs = Math.max(
    0,
    ...renditions.flatMap(({ files }) => files.segments.map((segment) => segment.durationMs)),
  )
  const sets = [
    ...setsOf(renditions).map((set, i) => mediaSet(set, i, urls)),
    ...subtitles.map((subtitle) => textSet(subtitle, urls.subtitle(subtitle))),
  ]
  const profile = renditions.every(({ files }) => isPatterned(files)) ? 'live' : 'main'
  const times = `mediaPresentationDuration="${period(durationMs)}" minBufferTime="${period(longestMs)}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-${profile}:2011" type="static"`,
    `  ${times}>`,
    '<Period id="0" start="PT0S">',
    ...sets,
    '</Period>',
    '</MPD>',
    '',
  ].join('\n')
}

/** Pictures of one codec can be switched between, and the bit rates of sound alone; sounds to choose from cannot. */
function setsOf(renditions: readonly TimedRendition[]): TimedRendition[][] {
  const sets = new Map<string, TimedRendition[]>()
  for (const timed of renditions) {
    const { name, track, codecs } = timed.rendition
    const key = track === undefined ? codecs.replace(/[.].*/, '') : `sound ${name}`
    sets.set(key, [...(sets.get(key) ?? []), timed])
  }
  return [...sets.values()]
}

function mediaSet(set: readonly TimedRendition[], position: number, urls: ManifestAddresses): string {
  const first = set[0]?.rendition
  const kind = first?.widthPx === undefined ? 'audio' : 'video'
  const { track } = first ?? {}
  const attributes = [
    `id="${position + 1}" contentType="${kind}" mimeType="${kind}/mp4" segmentAlignment="true" startWithSAP="1"`,
    ...(track?.language === undefined ? [] : [`lang="${escaped(track.language)}"`]),
  ]
  return [
    `<AdaptationSet ${attributes.join(' ')}>`,
    ...(track === undefined ? [] : [`<Label>${escaped(track.label)}</Label>`]),
    role(track === undefined || track.isDefault ? 'main' : 'alternate'),
    ...set.map((timed) => representation(timed, urls.folder(timed.rendition))),
    '</AdaptationSet>',
  ].join('\n')
}

function representation({ rendition, files }: TimedRendition, folder: string): string {
  const { name, codecs, bandwidth, widthPx, heightPx, frameRate, track } = rendition
  const attributes = [
    `id="${escaped(name)}" codecs="${escaped(codecs)}" bandwidth="${bandwidth}"`,
    ...(widthPx === undefined ? [] : [`width="${widthPx}" height="${heightPx}" sar="1:1"`]),
    ...(frameRate === undefined ? [] : [`frameRate="${fraction(frameRate)}"`]),
  ]
  return [
    `<Representation ${attributes.join(' ')}>`,
    ...(track === undefined ? [] : [channels(track.channels)]),
    ...segments(files, folder),
    '</Representation>',
  ].join('\n')
}

/** By a pattern where the names follow it; films that were encoded in pieces have names that have to be listed. */
function segments(files: NamedFiles, folder: string): string[] {
  const init = escaped(folder + files.init)
  const ticks = files.segments.map(({ durationMs }) => Math.round((durationMs / 1000) * TIMESCALE))
  if (isPatterned(files)) {
    const names = `initialization="${init}" media="${escaped(folder)}seg-$Number%05d$.m4s"`
    const start = `<SegmentTemplate timescale="${TIMESCALE}" startNumber="${FIRST_SEGMENT}" ${names}>`
    return [start, timeline(runsOf(ticks)), '</SegmentTemplate>']
  }
  return [
    `<SegmentList timescale="${TIMESCALE}" startNumber="${FIRST_SEGMENT}">`,
    `<Initialization sourceURL="${init}"/>`,
    // Not in runs: some players (seen: dash.js 5.2.1) take one address for each entry.
    timeline(ticks.map((duration) => ({ ticks: duration, count: 1 }))),
    ...files.segments.map(({ file }) => `<SegmentURL media="${escaped(folder + file)}"/>`),
    '</SegmentList>',
  ]
}

function isPatterned({ segments: named }: NamedFiles): boolean {
  return named.every(({ file }, i) => file === `seg-${String(FIRST_SEGMENT + i).padStart(5, '0')}.m4s`)
}

/** Segments that last equally long, one after another. */
type Run = { ticks: number; count: number }

function runsOf(segmentTicks: readonly number[]): readonly Run[] {
  const runs: Run[] = []
  for (const ticks of segmentTicks) {
    const last = runs.at(-1)
    if (last?.ticks === ticks) last.count += 1
    else runs.push({ ticks, count: 1 })
  }
  return runs
}

function timeline(runs: readonly Run[]): string {
  const entries = runs.map(({ ticks, count }) => `<S d="${ticks}"${count > 1 ? ` r="${count - 1}"` : ''}/>`)
  return `<SegmentTimeline>${entries.join('')}</SegmentTimeline>`
}

function textSet({ id, language, label, kind }: Subtitle, uri: string): string {
  return [
    `<AdaptationSet contentType="text" mimeType="text/vtt" lang="${escaped(language)}">`,
    `<Label>${escaped(label)}</Label>`,
    role(ROLES[kind]),
    `<Representation id="${id}" bandwidth="${TEXT_BANDWIDTH}"><BaseURL>${escaped(uri)}</BaseURL></Representation>`,
    '</AdaptationSet>',
  ].join('\n')
}

function role(value: string): string {
  return `<Role schemeIdUri="urn:mpeg:dash:role:2011" value="${value}"/>`
}

function channels(count: number): string {
  const scheme = 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011'
  return `<AudioChannelConfiguration schemeIdUri="${scheme}" value="${count}"/>`
}

function fraction(rate: number): string {
  const { numerator, denominator } = frameRateFraction(rate)
  return denominator === 1 ? String(numerator) : `${numerator}/${denominator}`
}

function period(ms: number): string {
  return `PT${(ms / 1000).toFixed(3)}S`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Control characters have no place in XML at all. */
function escaped(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
