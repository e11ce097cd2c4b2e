import type { Rendition } from '../library/asset.ts'

/** The HLS master playlist over these renditions. `uriOf` makes the address of each, relative or absolute. */
export function masterPlaylist(renditions: readonly Rendition[], uriOf: (rendition: Rendition) => string): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS']
  for (const rendition of renditions) {
    const attributes = [
      `BANDWIDTH=${rendition.bandwidth}`,
      `AVERAGE-BANDWIDTH=${rendition.averageBandwidth}`,
      `CODECS="${rendition.codecs}"`,
    ]
    const { widthPx, heightPx, frameRate } = rendition
    if (widthPx !== undefined && heightPx !== undefined) attributes.push(`RESOLUTION=${widthPx}x${heightPx}`)
    if (frameRate !== undefined) attributes.push(`FRAME-RATE=${frameRate.toFixed(3)}`)
    lines.push(`#EXT-X-STREAM-INF:${attributes.join(',')}`, uriOf(rendition))
  }
  return `${lines.join('\n')}\n`
}
