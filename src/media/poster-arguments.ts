import type { VideoStream } from '../core/transcoding/media-info.ts'
import { SCALE_MATRIX, tonemap } from './hls-arguments.ts'
import { type InputFile, inputArguments } from './input-arguments.ts'

export type PosterRequest = Readonly<{
  streamIndex: number
  widthPx: number
  heightPx: number
  /** Undefined for a cover picture, which is taken as it is. */
  video: Pick<VideoStream, 'colorMatrix' | 'isHdr' | 'isInterlaced'> | undefined
  atMs: number
  /**
   * The most typical of the pictures from `atMs` on, of those that are not nearly all black, or of all; or the first one.
   */
  choice: 'not-black' | 'typical' | 'first'
  outputFile: string
}>

export type PosterSettings = Readonly<{ threads: number; canTonemap: boolean; maxPixels: number }>

/** How far from `atMs` a picture may be, and how many of them compete for being the most typical one. */
const WINDOW_SECONDS = 8
const CANDIDATES = 24
/** A pixel darker than this (of 255) is black; a picture with this share of them (in percent) counts as black. */
const BLACK_PIXEL = 32
const BLACK_SHARE = 95

/** One ffmpeg command that writes one JPEG (BT.601, full range, as JFIF wants it), upright and without metadata. */
export function posterArguments(input: InputFile, request: PosterRequest, settings: PosterSettings): string[] {
  const { video } = request
  const seek = video === undefined ? [] : ['-ss', (request.atMs / 1000).toFixed(3), '-t', String(WINDOW_SECONDS)]
  const colors = `in_color_matrix=${video === undefined ? 'auto' : inMatrix(video, settings)}:out_color_matrix=smpte170m`
  const filters = [
    ...(video?.isInterlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    ...(video?.isHdr && settings.canTonemap ? [`scale=${request.widthPx}:-2`, ...tonemap()] : []),
    `scale=${size(request)}:flags=bicubic:${colors}:out_range=pc`,
    'format=yuvj420p',
    'setsar=1',
    ...(request.choice === 'not-black'
      ? [
          `blackframe=amount=0:threshold=${BLACK_PIXEL}`,
          `metadata=mode=select:key=lavfi.blackframe.pblack:value=${BLACK_SHARE}:function=less`,
        ]
      : []),
    ...(request.choice === 'first' ? [] : [`thumbnail=n=${CANDIDATES}`]),
  ]
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-y'],
    ...['-threads', String(settings.threads), '-max_pixels', String(settings.maxPixels)],
    ...seek,
    ...inputArguments(input),
    ...['-map', `0:${request.streamIndex}`, '-vf', filters.join(','), '-frames:v', '1'],
    ...['-map_metadata', '-1', '-c:v', 'mjpeg', '-q:v', '3', '-flags:v', '+bitexact'],
    ...['-f', 'mjpeg', `file:${request.outputFile}`],
  ]
}

/** The size of a cover is not known beforehand; it is not enlarged either. */
function size(request: PosterRequest): string {
  return request.video === undefined ? `w='min(${request.widthPx},iw)':h=-2` : `${request.widthPx}:${request.heightPx}`
}

function inMatrix(video: Pick<VideoStream, 'colorMatrix' | 'isHdr'>, settings: PosterSettings): string {
  return video.isHdr && settings.canTonemap ? 'bt709' : SCALE_MATRIX[video.colorMatrix]
}
