import type { PictureSize } from '../ports/image-resizer.ts'
import type { Sprites } from '../transcoding/package-extras.ts'
import { type PictureRequest, planPicture } from './picture-plan.ts'

export type StripRequest = Pick<PictureRequest, 'widthPx' | 'heightPx' | 'fit' | 'quality'> &
  Readonly<{
    /** How many pictures, at least 1; at most `MAX_STRIP_PICTURES`. */
    slices: number
    /** The stretch of the film that they are of, all of it unless given; they are equally far apart. */
    fromMs?: number | undefined
    untilMs?: number | undefined
  }>

export const MAX_STRIP_PICTURES = 500
/** A JPEG has no side longer than 65 535; and no strip takes more memory than the largest picture. */
const MAX_STRIP_PX = 65_000
const MAX_STRIP_PIXELS = 4096 * 4096

/** The moments that are shown, and how large each of them is: smaller than asked for where the strip would be too long. */
export function planStrip(
  sprites: Pick<Sprites, 'widthPx' | 'heightPx'>,
  durationMs: number,
  request: StripRequest,
): Readonly<{ tile: PictureSize; times: readonly number[] }> {
  const { slices, fromMs = 0, untilMs = durationMs } = request
  const stepMs = Math.max(0, untilMs - fromMs) / slices
  const times = Array.from({ length: slices }, (_, i) => Math.round(fromMs + i * stepMs))
  const fit = request.fit === 'fill' ? 'fill' : 'inside'
  const plain = { background: '#000000', format: 'jpeg', enlarges: true } as const
  const { size } = planPicture(sprites, { ...request, ...plain, fit })
  const scale = Math.min(
    1,
    MAX_STRIP_PX / (slices * size.widthPx),
    Math.sqrt(MAX_STRIP_PIXELS / (slices * size.widthPx * size.heightPx)),
  )
  const side = (px: number): number => Math.max(1, Math.floor(px * scale))
  return { tile: { widthPx: side(size.widthPx), heightPx: side(size.heightPx) }, times }
}
