import { FIRST_SEGMENT, keyIndexOf, type PackageEncryption } from '../core/transcoding/package-encryption.ts'

export type Segment = Readonly<{ fileName: string; durationMs: number }>
export type MediaPlaylist = Readonly<{ initFileName: string; segments: readonly Segment[] }>

/** Reads the playlist ffmpeg wrote for one rendition. Throws an Error when it names no init segment. */
export function parseMediaPlaylist(text: string): MediaPlaylist {
  const segments: Segment[] = []
  let initFileName: string | undefined
  let durationMs: number | undefined
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#EXT-X-MAP:')) initFileName = /URI="([^"]+)"/.exec(line)?.[1]
    else if (line.startsWith('#EXTINF:'))
      durationMs = Math.round(Number.parseFloat(line.slice('#EXTINF:'.length)) * 1e6) / 1000
    else if (line !== '' && !line.startsWith('#')) {
      if (durationMs === undefined || !Number.isFinite(durationMs)) throw new Error(`segment ${line} has no duration`)
      segments.push({ fileName: line, durationMs })
      durationMs = undefined
    }
  }
  if (initFileName === undefined) throw new Error('the playlist names no init segment')
  return { initFileName, segments }
}

/** Whether the end was written: it is the last line. */
export function isWholePlaylist(text: string): boolean {
  return /^#EXT-X-ENDLIST\s*$/m.test(text)
}

/**
 * The text of a finished media playlist (RFC 8216; version 7 because of EXT-X-MAP with fMP4). Keys are named relative to
 * it: `../keys/0` is the package's first one. The map comes before the keys, for it is clear.
 */
export function formatMediaPlaylist(playlist: MediaPlaylist, encryption?: PackageEncryption): string {
  const longestMs = Math.max(0, ...playlist.segments.map((segment) => segment.durationMs))
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.max(1, Math.round(longestMs / 1000))}`,
    `#EXT-X-MEDIA-SEQUENCE:${FIRST_SEGMENT}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MAP:URI="${playlist.initFileName}"`,
  ]
  let announced: number | undefined
  for (const [position, segment] of playlist.segments.entries()) {
    const key = encryption && keyIndexOf(position, encryption)
    if (key !== announced) lines.push(`#EXT-X-KEY:METHOD=AES-128,URI="../keys/${key}"`)
    announced = key
    lines.push(`#EXTINF:${(segment.durationMs / 1000).toFixed(6)},`, segment.fileName)
  }
  lines.push('#EXT-X-ENDLIST', '')
  return lines.join('\n')
}
