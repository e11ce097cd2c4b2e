import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { testFfmpeg } from '../../support/media/tools.ts'

const STAGES = ['ingest', 'encode', 'poster', 'sprites', 'subtitles', 'downloads'] as const
export type Stage = (typeof STAGES)[number]

/** ffmpeg and ffprobe, of which the first run of each stage takes for ever, so that it can be killed. */
export type HangingTools = Readonly<{
  env: Readonly<{ FFMPEG_PATH: string; FFPROBE_PATH: string }>
  /** Every process that hangs names it on its command line. */
  directory: string
  /** From now on the first run of each of these stages hangs; of all, unless some are named. */
  arm(...stages: readonly Stage[]): Promise<void>
  /** The process that hangs in this stage, or undefined while there is none. */
  hanging(stage: Stage): Promise<number | undefined>
}>

/**
 * The first run of a stage after `arm` waits without end; but the first encode is the real one, slowed down to a third
 * of the film's own pace, so that it dies with half a package written.
 */
export async function makeHangingTools(directory: string): Promise<HangingTools> {
  const { ffmpegPath, ffprobePath } = await testFfmpeg()
  const script = (real: string, stages: string): string =>
    `#!/bin/sh
# Two words ask what it can do, at every start.
[ $# -gt 2 ] || exec '${real}' "$@"
${stages}
[ -e '${directory}'/armed-$stage ] && mkdir '${directory}'/$stage 2>/dev/null || exec '${real}' "$@"
echo $$ > '${directory}'/$stage/making && mv '${directory}'/$stage/making '${directory}'/$stage/pid
[ $stage = encode ] && exec '${real}' -readrate 0.3 "$@"
exec tail -f '${directory}'/armed-$stage
`
  const env = { FFMPEG_PATH: join(directory, 'ffmpeg'), FFPROBE_PATH: join(directory, 'ffprobe') }
  await mkdir(directory, { recursive: true })
  await writeFile(
    env.FFMPEG_PATH,
    // The poster is the one picture that is taken by itself.
    script(
      ffmpegPath,
      `case "$*" in
*-progress*) stage=encode ;;
*thumbnail=*) stage=poster ;;
*tile=*) stage=sprites ;;
*webvtt*) stage=subtitles ;;
*faststart*) stage=downloads ;;
*) exec '${ffmpegPath}' "$@" ;;
esac`,
    ),
  )
  await writeFile(env.FFPROBE_PATH, script(ffprobePath, 'stage=ingest'))
  for (const path of Object.values(env)) await chmod(path, 0o755)
  return {
    env,
    directory,
    async arm(...stages) {
      for (const stage of stages.length > 0 ? stages : STAGES) await writeFile(join(directory, `armed-${stage}`), '')
    },
    async hanging(stage) {
      const text = await readFile(join(directory, stage, 'pid'), 'utf8').catch(() => '')
      return text === '' ? undefined : Number(text)
    },
  }
}
