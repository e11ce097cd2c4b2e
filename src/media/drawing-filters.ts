import type { Drawing, DrawnMark } from '../core/transcoding/drawing.ts'
import type { Position } from '../core/transcoding/workflow.ts'

/**
 * What is drawn lies in files of fixed names below the encoder's working directory, and nothing that anybody wrote comes
 * into the filter graph. `prepareDrawing` puts them there.
 */
export const DRAWN_FOLDER = 'drawn'
export const FONT_FOLDER = `${DRAWN_FOLDER}/fonts`
export const FONT_FILE = `${FONT_FOLDER}/font`
export const TEXT_FILE = `${DRAWN_FOLDER}/text.txt`
export const SUBTITLE_FILE = `${DRAWN_FOLDER}/subtitles.vtt`
/** As it came, and as it is drawn: in its final size, with its opacity. */
export const PICTURE_FILE = `${DRAWN_FOLDER}/picture`
const MARK_FILE = `${DRAWN_FOLDER}/mark.png`

const SHIPPED_FONT = 'DejaVu Sans'

type Size = Readonly<{ widthPx: number; heightPx: number }>

/** A drawing in the letters of a font that is not the shipped one; its name, as the renderer of subtitles knows it. */
export type DrawingInFont = Drawing & Readonly<{ fontName?: string }>

/** Letters are about this wide on average, of their size; a text shall not be wider than the picture. */
const LETTER_WIDTH = 0.65
/** Of East Asian scripts each is as wide as high. */
const WIDE_LETTER = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60]/u
const SMALLEST_LETTERS_PX = 4

/**
 * The chain of filters with the drawing at its end. All sizes are scaled from the one that is drawn on, so that shares of
 * the picture are the same in all of them. Texts are drawn at their time in the film, before `restart`, with which a piece
 * of it begins at zero; the watermark after that, for an overlay ends at a time that is none, and what comes behind it
 * loses the last picture (seen: 7.0).
 */
export function drawOn(
  filters: readonly string[],
  drawing: DrawingInFont | undefined,
  size: Size,
  restart: readonly string[] = [],
): string[] {
  const { watermark, subtitles, fontName = SHIPPED_FONT } = drawing ?? {}
  const below = [...filters, ...(subtitles === undefined ? [] : [subtitleFilter(fontName)]), ...restart]
  if (watermark === undefined) return below
  if (watermark.kind === 'text') return [...below, textFilter(watermark, size)]
  const { x, y } = placed(watermark.position, marginPx(watermark, size), { width: 'W-w', height: 'H-h' })
  // The chain so far is the overlay's first input; its second one is the rest of a chain of its own.
  return [
    ...below.slice(0, -1),
    `${below.at(-1)}[below];movie=filename=${MARK_FILE}`,
    ...['scale=out_color_matrix=bt709:out_range=tv', 'format=yuva420p', `[below]overlay=x=${x}:y=${y}`],
  ]
}

function subtitleFilter(fontName: string): string {
  return `subtitles=filename=${SUBTITLE_FILE}:fontsdir=${FONT_FOLDER}:force_style='FontName=${fontName}'`
}

function textFilter(mark: Extract<DrawnMark, { kind: 'text' }>, size: Size): string {
  const margin = marginPx(mark, size)
  const { x, y } = placed(mark.position, margin, { width: 'w-tw', height: 'h-th' })
  const wanted = (shorterSide(size) * mark.sizePercent) / 100
  const fitting = (size.widthPx - 2 * margin) / widthOf(mark.text)
  const letters = Math.max(SMALLEST_LETTERS_PX, Math.floor(Math.min(wanted, fitting)))
  return [
    `drawtext=fontfile=${FONT_FILE}:textfile=${TEXT_FILE}:expansion=none:fontsize=${letters}`,
    `fontcolor=0x${mark.color}@${mark.opacity.toFixed(3)}:x=${x}:y=${y}`,
  ].join(':')
}

/** About, of the size of the letters. */
function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (WIDE_LETTER.test(letter) ? 1 : LETTER_WIDTH), 0)
}

/** `free` is how much room the drawn thing leaves, as an expression of the filter. */
function placed(position: Position, margin: number, free: Readonly<{ width: string; height: string }>) {
  const across = { left: `${margin}`, right: `${free.width}-${margin}`, center: `(${free.width})/2` }
  const down = { top: `${margin}`, bottom: `${free.height}-${margin}`, center: `(${free.height})/2` }
  if (position === 'center') return { x: across.center, y: down.center }
  const [vertical, horizontal] = position.split('-') as ['top' | 'bottom', 'left' | 'right']
  return { x: across[horizontal], y: down[vertical] }
}

/** One ffmpeg command that makes `MARK_FILE` of `PICTURE_FILE`, in its working directory. */
export function markArguments(mark: Extract<DrawnMark, { kind: 'image' }>, size: Size, maxPixels: number): string[] {
  const width = Math.max(2, Math.round((size.widthPx * mark.widthPercent) / 100))
  const height = Math.max(2, size.heightPx - 2 * marginPx(mark, size))
  const filters = [
    `scale=w=${width}:h=${height}:force_original_aspect_ratio=decrease:flags=bicubic`,
    ...['format=rgba', `colorchannelmixer=aa=${mark.opacity.toFixed(3)}`],
  ]
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-y', '-threads', '1'],
    ...['-max_pixels', String(maxPixels), '-protocol_whitelist', 'file'],
    ...['-f', mark.contentType === 'image/png' ? 'png_pipe' : 'jpeg_pipe', '-i', `file:${PICTURE_FILE}`],
    ...['-frames:v', '1', '-vf', filters.join(','), '-f', 'image2', '-update', '1', MARK_FILE],
  ]
}

function marginPx({ marginPercent }: Pick<DrawnMark, 'marginPercent'>, size: Size): number {
  return Math.round((shorterSide(size) * marginPercent) / 100)
}

function shorterSide({ widthPx, heightPx }: Size): number {
  return Math.min(widthPx, heightPx)
}
