/**
 * The media playlist of one text: a single segment as long as the film, for texts are small. `uri` is relative to the
 * playlist (RFC 8216, 3.5).
 */
export function subtitlePlaylist(uri: string, durationMs: number): string {
  const seconds = Math.max(1, durationMs / 1000)
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(seconds)}`,
    '#EXT-X-MEDIA-SEQUENCE:1',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    `#EXTINF:${seconds.toFixed(3)},`,
    uri,
    '#EXT-X-ENDLIST',
    '',
  ].join('\n')
}

/**
 * The text as players want it beside HLS: its zero is that of the pictures, whose time stamps begin at 0. In a header
 * line, which players of plain WebVTT pass over.
 */
export function timedFromZero(vtt: string): string {
  return vtt.replace(/^WEBVTT[^\n]*/, (line) => `${line}\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000`)
}
