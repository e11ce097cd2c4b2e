import type { Rendition } from '../library/asset.ts'
import type { Subtitle } from '../transcoding/subtitle.ts'

export type MasterParts = Readonly<{
  /** Pictures and what is played by itself, and the sounds that go with the pictures (those with a `track`). */
  renditions: readonly Rendition[]
  subtitles: readonly Subtitle[]
}>

/** Makes the address of each, relative or absolute. */
export type MasterAddresses = Readonly<{
  rendition: (rendition: Rendition) => string
  subtitle: (subtitle: Subtitle) => string
}>

const AUDIO_GROUP = 'audio'
const SUBTITLE_GROUP = 'subtitles'

/**
 * The HLS master playlist (RFC 8216, 4.3.4). Where sounds are renditions of their own, each picture size names their
 * group, counts the largest of them in its bandwidth and their codec among its codecs.
 */
export function masterPlaylist({ renditions, subtitles }: MasterParts, addresses: MasterAddresses): string {
  const sounds = renditions.filter(({ track }) => track !== undefined)
  const played = renditions.filter(({ track }) => track === undefined)
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS']
  for (const sound of sounds) lines.push(audioLine(sound, addresses.rendition(sound)))
  for (const subtitle of subtitles) lines.push(subtitleLine(subtitle, addresses.subtitle(subtitle)))
  for (const rendition of played) {
    const attributes = [
      `BANDWIDTH=${rendition.bandwidth + most(sounds.map((sound) => sound.bandwidth))}`,
      `AVERAGE-BANDWIDTH=${rendition.averageBandwidth + most(sounds.map((sound) => sound.averageBandwidth))}`,
      `CODECS="${[...new Set([rendition.codecs, ...sounds.map((sound) => sound.codecs)])].join(',')}"`,
    ]
    const { widthPx, heightPx, frameRate } = rendition
    if (widthPx !== undefined && heightPx !== undefined) attributes.push(`RESOLUTION=${widthPx}x${heightPx}`)
    if (frameRate !== undefined) attributes.push(`FRAME-RATE=${frameRate.toFixed(3)}`)
    if (sounds.length > 0) attributes.push(`AUDIO="${AUDIO_GROUP}"`)
    if (subtitles.length > 0) attributes.push(`SUBTITLES="${SUBTITLE_GROUP}"`)
    lines.push(`#EXT-X-STREAM-INF:${attributes.join(',')}`, addresses.rendition(rendition))
  }
  return `${lines.join('\n')}\n`
}

function most(values: readonly number[]): number {
  return Math.max(0, ...values)
}

function audioLine({ name, track }: Rendition, uri: string): string {
  const { language, label = name, isDefault = false, channels = 2 } = track ?? {}
  return [
    `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="${AUDIO_GROUP}",NAME=${quoted(label)}`,
    ...(language === undefined ? [] : [`LANGUAGE=${quoted(language)}`]),
    `DEFAULT=${isDefault ? 'YES' : 'NO'},AUTOSELECT=YES,CHANNELS="${channels}",URI="${uri}"`,
  ].join(',')
}

function subtitleLine({ language, label, kind, isDefault }: Subtitle, uri: string): string {
  return [
    `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="${SUBTITLE_GROUP}",NAME=${quoted(label)},LANGUAGE=${quoted(language)}`,
    `DEFAULT=${isDefault ? 'YES' : 'NO'},AUTOSELECT=YES,FORCED=${kind === 'forced' ? 'YES' : 'NO'}`,
    ...(kind === 'captions'
      ? [
          `CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"`,
        ]
      : []),
    `URI="${uri}"`,
  ].join(',')
}

/** A quoted string has neither quotes nor line breaks in it (RFC 8216, 4.2). */
function quoted(text: string): string {
  return `"${text.replace(/[\r\n"]/g, ' ')}"`
}
