import type { Drawing } from '../core/transcoding/drawing.ts'
import type { AudioStep, EncodePlan, VideoInput, VideoStep } from '../core/transcoding/encode-plan.ts'
import type { VideoCodec } from '../core/transcoding/profile.ts'
import { drawOn } from './drawing-filters.ts'
import { type FilmCut, filmCut } from './film-cut.ts'
import { type InputFile, inputArguments } from './input-arguments.ts'

export type HlsSettings = Readonly<{
  /** For the decoder, the filters and each encoder. */
  threads: number
  /** x264's speed preset. */
  preset: string
  /** Whether this ffmpeg can turn high dynamic range into the standard one. */
  canTonemap: boolean
  maxPixels: number
  /** See `filmCut`; only of pieces. */
  fillStart?: boolean
  /** Drawn into the pictures; its files are where `prepareDrawing` puts them. */
  drawing?: Drawing | undefined
}>

/** Names inside a rendition's folder, before `encode` tidies them. */
export const PLAYLIST_NAME = 'index.m3u8'
const SEGMENT_PATTERN = 'seg-%05d.m4s'
export const INIT_NAME = 'init.mp4'

/** More undecodable frames than one in three and the source counts as damaged. */
const MAX_ERROR_RATE = '0.33'
/** Time stamps that lead past this much more than the planned duration are not followed. */
const OVERTIME = { factor: 1.1, seconds: 10 }

/**
 * One ffmpeg command that decodes the source once and writes every rendition as fMP4 HLS into the folders `<name>/`
 * of its working directory: each picture size and each sound by itself, so that no sound is encoded twice
 * and all of them can be combined. Progress goes to standard output.
 *
 * Keyframes are forced at whole multiples of the segment duration and nowhere decided by content, and the frame rate
 * is made constant, so all renditions are cut at the same pictures. Both streams are made to begin at zero and to
 * reach the end of the file (silence or the last picture fills what is missing), so no player waits for the other.
 * Time stamps are not shifted to be positive: then the presentation begins at exactly 0, with one simple edit per
 * track instead of two.
 */
export function hlsArguments(input: InputFile, plan: EncodePlan, settings: HlsSettings): string[] {
  const threads = String(settings.threads)
  const cut = filmCut(plan, { fillStart: settings.fillStart === true })
  const graph = [...videoGraph(plan, settings, cut), ...plan.audio.map((step, i) => audioGraph(plan, step, i))]
  const maxSeconds = (plan.durationMs / 1000) * OVERTIME.factor + OVERTIME.seconds - cut.startSeconds
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-y'],
    ...['-progress', 'pipe:1', '-stats_period', '0.5', '-max_error_rate', MAX_ERROR_RATE],
    ...['-threads', threads, '-max_pixels', String(settings.maxPixels)],
    ...cut.input,
    ...inputArguments(input),
    ...['-filter_complex_threads', threads, '-filter_complex', graph.join(';')],
    ...plan.video.flatMap((_, i) => ['-map', `[v${i}]`]),
    ...plan.audio.flatMap((_, i) => ['-map', `[a${i}]`]),
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact'],
    ...(plan.video.length > 0 ? videoTiming(plan, settings, cut) : []),
    ...plan.video.flatMap((step, i) => videoCodec(step, i, settings)),
    ...(plan.audio.length > 0 ? ['-c:a', 'aac', '-flags:a', '+bitexact'] : []),
    ...plan.audio.flatMap((step, i) => [`-b:a:${i}`, String(step.bitRate)]),
    ...['-t', maxSeconds.toFixed(3), '-avoid_negative_ts', 'disabled'],
    ...['-f', 'hls', '-hls_time', String(cut.segmentSeconds), '-hls_playlist_type', 'vod'],
    ...['-start_number', String(cut.startNumber)],
    ...['-hls_segment_type', 'fmp4', '-hls_flags', 'independent_segments'],
    ...['-hls_fmp4_init_filename', INIT_NAME, '-hls_segment_filename', `%v/${SEGMENT_PATTERN}`],
    ...['-var_stream_map', [...plan.video.map(variant('v')), ...plan.audio.map(variant('a'))].join(' ')],
    `%v/${PLAYLIST_NAME}`,
  ]
}

function variant(type: 'v' | 'a') {
  return ({ name }: { name: string }, i: number) => `${type}:${i},name:${name}`
}

function seconds(ms: number): string {
  return String(ms / 1000)
}

function videoTiming(plan: EncodePlan, settings: HlsSettings, cut: FilmCut): string[] {
  const longestGroup = Math.ceil((plan.segmentDurationMs / 1000) * (plan.video[0]?.frameRate ?? 0)) + 1
  return [
    ...['-threads:v', String(settings.threads), '-flags:v', '+bitexact', '-g', String(longestGroup)],
    ...['-force_key_frames:v', cut.keyFrames],
  ]
}

/** Speeds of the other encoders that come near to x264's `veryfast`. */
const CODEC_OPTIONS: Readonly<Record<VideoCodec, (i: number, settings: HlsSettings) => string[]>> = {
  h264: (i, { preset }) => [
    ...[`-c:v:${i}`, 'libx264', `-preset:v:${i}`, preset, `-profile:v:${i}`, 'high', `-sc_threshold:v:${i}`, '0'],
  ],
  hevc: (i, { preset, threads }) => [
    ...[`-c:v:${i}`, 'libx265', `-preset:v:${i}`, preset, `-tag:v:${i}`, 'hvc1', `-forced-idr:v:${i}`, '1'],
    ...[`-x265-params:v:${i}`, `scenecut=0:open-gop=0:log-level=error:pools=${threads}`],
  ],
  vp9: (i) => [
    ...[`-c:v:${i}`, 'libvpx-vp9', `-deadline:v:${i}`, 'realtime', `-cpu-used:v:${i}`, '7', `-row-mt:v:${i}`, '1'],
  ],
  av1: (i, { threads }) => [
    ...[`-c:v:${i}`, 'libsvtav1', `-preset:v:${i}`, '11', `-svtav1-params:v:${i}`, `scd=0:lp=${threads}`],
  ],
}

function videoCodec(step: VideoStep, i: number, settings: HlsSettings): string[] {
  return [
    ...CODEC_OPTIONS[step.codec](i, settings),
    ...[`-crf:v:${i}`, String(step.rateFactor)],
    // libvpx takes a ceiling as its rate in this mode; SVT-AV1 knows it by the same name as x264.
    ...(step.codec === 'vp9'
      ? [`-b:v:${i}`, String(step.maxBitRate)]
      : [`-maxrate:v:${i}`, String(step.maxBitRate), `-bufsize:v:${i}`, String(step.bufferBits)]),
  ]
}

/**
 * The largest picture is made from the source, the others from the largest: a 4K source is scaled once. All come out
 * as BT.709, limited range and 4:2:0, and say so, because players guess differently for different sizes. What is drawn
 * is drawn once, on the largest, at its time in the film.
 */
function videoGraph(plan: EncodePlan, settings: HlsSettings, cut: FilmCut): string[] {
  const { videoInput } = plan
  const [largest, ...others] = sizesOf(plan)
  if (videoInput === undefined || largest === undefined) return []
  const shown = picture(videoInput, largest.step, settings.canTonemap)
  const first = drawOn([...timing(videoInput, cut), ...shown], settings.drawing, largest.step, cut.restart)
  const source = `[0:${videoInput.streamIndex}]${first.join(',')}`
  const outputs = [...largest.outputs, ...others.map((_, i) => `[s${i + 1}]`)]
  const chains = others.map(
    ({ step, outputs: own }, i) =>
      `[s${i + 1}]${[scale(step), 'setsar=1', ...splitInto(own)].join(',')}${own.join('')}`,
  )
  return [[source, ...splitInto(outputs)].join(',') + outputs.join(''), ...chains]
}

/** Each size once, with the outputs that want it: several codecs share one scaling. */
function sizesOf(plan: EncodePlan): { step: VideoStep; outputs: string[] }[] {
  const sizes = new Map<string, { step: VideoStep; outputs: string[] }>()
  for (const [i, step] of plan.video.entries()) {
    const key = `${step.widthPx}x${step.heightPx}`
    const size = sizes.get(key) ?? { step, outputs: [] }
    size.outputs.push(`[v${i}]`)
    sizes.set(key, size)
  }
  return [...sizes.values()]
}

function splitInto(outputs: readonly string[]): string[] {
  return outputs.length > 1 ? [`split=${outputs.length}`] : []
}

function timing(input: VideoInput, cut: FilmCut): string[] {
  return [
    ...(input.isInterlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    ...cut.grid,
    ...(input.holdLastFrameMs > 0 ? [`tpad=stop_mode=clone:stop_duration=${seconds(input.holdLastFrameMs)}`] : []),
    ...cut.select,
  ]
}

export const SCALE_MATRIX = { bt601: 'smpte170m', bt709: 'bt709', bt2020: 'bt2020' } as const
const STANDARD_COLORS = 'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709'

function picture(input: VideoInput, step: VideoStep, canTonemap: boolean): string[] {
  if (input.isHdr && canTonemap) {
    return [scale(step), ...tonemap(), 'format=yuv420p', 'setsar=1', STANDARD_COLORS]
  }
  const colors = `in_color_matrix=${SCALE_MATRIX[input.colorMatrix]}:out_color_matrix=bt709:out_range=tv`
  return [`${scale(step)}:${colors}`, 'format=yuv420p', 'setsar=1', STANDARD_COLORS]
}

/** To linear light, to the standard gamut, compressed into the standard range, and back to a display curve. */
export function tonemap(): string[] {
  return [
    'zscale=primariesin=bt2020:matrixin=bt2020nc:transfer=linear:npl=100',
    'format=gbrpf32le',
    'zscale=primaries=bt709',
    'tonemap=tonemap=hable:desat=0',
    'zscale=transfer=bt709:matrix=bt709:range=tv',
  ]
}

function scale(step: Pick<VideoStep, 'widthPx' | 'heightPx'>): string {
  return `scale=${step.widthPx}:${step.heightPx}:flags=bicubic`
}

function audioGraph(plan: EncodePlan, step: AudioStep, i: number): string {
  const filters = [
    'aresample=async=1:first_pts=0',
    sampleForm(step),
    ...(plan.video.length > 0 || plan.piece !== undefined ? [`apad=whole_dur=${seconds(plan.durationMs)}`] : []),
  ]
  return `[0:${step.streamIndex}]${filters.join(',')}[a${i}]`
}

function sampleForm(audio: AudioStep): string {
  const layout = audio.channels === 1 ? 'mono' : 'stereo'
  return `aformat=sample_fmts=fltp:sample_rates=${audio.sampleRateHz}:channel_layouts=${layout}`
}
