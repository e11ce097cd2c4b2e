/** What a media playlist of ours names. Files are relative to it. */
export type NamedFiles = Readonly<{
  init: string
  /** In playing order; how long each lasts, to the microsecond. */
  segments: readonly Readonly<{ file: string; durationMs: number }>[]
}>

/** Reads a media playlist that we wrote. */
export function readPlaylist(text: string): NamedFiles {
  const init = /^#EXT-X-MAP:URI="([^"]+)"/m.exec(text)?.[1] ?? ''
  const segments = [...text.matchAll(/^#EXTINF:([\d.]+),\n([^#\n]+)$/gm)].map(([, seconds, file = '']) => {
    return { file, durationMs: Math.round(Number(seconds) * 1e6) / 1000 }
  })
  return { init, segments }
}
