import type { VideoStream } from '../core/transcoding/media-info.ts'
import type { SpritePlan } from '../core/transcoding/sprite-plan.ts'
import { SCALE_MATRIX, tonemap } from './hls-arguments.ts'
import { type InputFile, inputArguments } from './input-arguments.ts'
import type { PosterSettings } from './poster-arguments.ts'

/**
 * One ffmpeg command that writes the sheets `sheet-1.jpg`, `sheet-2.jpg` … into its working directory: the film's
 * pictures at the plan's interval, small, in rows. The last picture is repeated where the film has none any more, so that
 * there are always as many as planned. JPEG as in `posterArguments`.
 */
export function spriteArguments(
  input: InputFile,
  video: VideoStream,
  plan: SpritePlan,
  settings: PosterSettings,
): string[] {
  const { widthPx, heightPx, columns, rows, intervalMs, count } = plan
  const isToned = video.isHdr && settings.canTonemap
  const inMatrix = isToned ? 'bt709' : SCALE_MATRIX[video.colorMatrix]
  const colors = `in_color_matrix=${inMatrix}:out_color_matrix=smpte170m:out_range=pc`
  const filters = [
    `fps=fps=1000/${intervalMs}:start_time=0:eof_action=pass`,
    ...['tpad=stop=-1:stop_mode=clone', `trim=end_frame=${count}`],
    ...(isToned ? [`scale=${widthPx}:${heightPx}`, ...tonemap()] : []),
    `scale=${widthPx}:${heightPx}:flags=area:${colors}`,
    ...['format=yuvj420p', 'setsar=1', `tile=${columns}x${rows}`],
  ]
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-y'],
    ...['-threads', String(settings.threads), '-max_pixels', String(settings.maxPixels)],
    ...(plan.keyframesOnly ? ['-skip_frame', 'nokey'] : []),
    ...inputArguments(input),
    ...['-map', `0:${video.streamIndex}`, '-vf', filters.join(','), '-fps_mode', 'passthrough'],
    ...['-map_metadata', '-1', '-c:v', 'mjpeg', '-q:v', '4', '-flags:v', '+bitexact'],
    ...['-f', 'image2', '-start_number', '1', 'sheet-%d.jpg'],
  ]
}
