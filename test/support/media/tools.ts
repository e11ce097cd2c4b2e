import { type FfmpegTools, resolveFfmpeg } from '../../../src/media/resolve-ffmpeg.ts'

/** For tools that tests start by themselves; a statically linked ffprobe crashes on the system's iconv converters. */
export const TOOL_ENVIRONMENT = { LC_ALL: 'C', GCONV_PATH: '/dev/null' }

let found: Promise<FfmpegTools> | undefined

/** The ffmpeg and ffprobe that tests use: those of PATH, else those that npm installed. Looked for once per process. */
export function testFfmpeg(): Promise<FfmpegTools> {
  found ??= resolveFfmpeg({ searchPath: process.env['PATH'] ?? '' }).then((resolution) => {
    if (!resolution.found) throw new Error(`tests need ffmpeg: ${resolution.problems.join(' ')}`)
    return resolution.tools
  })
  return found
}
