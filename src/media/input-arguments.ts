import { type ContainerKind, DEMUXERS } from './sniff-container.ts'

/** A file that was looked at and may be opened: what it is, and where. */
export type InputFile = Readonly<{ path: string; kind: ContainerKind }>

/**
 * How ffmpeg and ffprobe are told to open a stranger's file: only local files, only with the demuxers of the kind we
 * recognised, and never with a meaning read into its name (`file:` keeps a colon in the path from naming a protocol).
 * `path` is absolute.
 */
export function inputArguments(input: InputFile): string[] {
  return ['-protocol_whitelist', 'file,pipe', '-format_whitelist', DEMUXERS[input.kind], '-i', `file:${input.path}`]
}
