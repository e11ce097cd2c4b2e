import { type InputFile, inputArguments } from './input-arguments.ts'

/** Where the text of a stream is written, in the directory given. */
export function textFileName(streamIndex: number): string {
  return `${streamIndex}.vtt`
}

/**
 * One ffmpeg command that writes each of the text streams as WebVTT into its working directory, from one reading of
 * the file. Times count from where the file's own begin, as those of the encoded pictures do.
 */
export function textArguments(input: InputFile, streamIndexes: readonly number[]): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-y'],
    ...inputArguments(input),
    ...streamIndexes.flatMap((index) => [
      ...['-map', `0:${index}`, '-map_metadata', '-1', '-c:s', 'webvtt', '-f', 'webvtt', textFileName(index)],
    ]),
  ]
}
