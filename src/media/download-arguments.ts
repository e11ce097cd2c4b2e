import { inputArguments } from './input-arguments.ts'

/** Finished renditions, each in one MP4 file of fragments. */
export type DownloadContent = Readonly<{
  /** Undefined for sound alone. */
  picture: string | undefined
  sounds: readonly Readonly<{ path: string; language: string | undefined }>[]
}>

/**
 * One ffmpeg command that puts finished renditions into one MP4 file as they are, with its index at the start: the
 * pictures, if any, and all sounds, the first of them on by default.
 */
export function downloadArguments({ picture, sounds }: DownloadContent, outputFile: string): string[] {
  const offset = picture === undefined ? 0 : 1
  const paths = [...(picture === undefined ? [] : [picture]), ...sounds.map(({ path }) => path)]
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-y'],
    ...paths.flatMap((path) => inputArguments({ path, kind: 'mp4' })),
    ...(picture === undefined ? [] : ['-map', '0:v:0']),
    ...sounds.flatMap((_, i) => ['-map', `${i + offset}:a:0`]),
    ...['-c', 'copy', '-map_metadata', '-1', '-fflags', '+bitexact'],
    ...sounds.flatMap(({ language }, i) => [
      ...(language === undefined ? [] : [`-metadata:s:a:${i}`, `language=${language}`]),
      ...[`-disposition:a:${i}`, i === 0 ? 'default' : '0'],
    ]),
    ...['-movflags', '+faststart', '-f', 'mp4', `file:${outputFile}`],
  ]
}
