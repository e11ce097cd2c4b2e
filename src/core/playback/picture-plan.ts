import type { PictureBox, PictureFormat, PictureRecipe, PictureSize } from '../ports/image-resizer.ts'

/**
 * How a picture gets the shape that is asked for. `inside`: it keeps its own, as large as fits. `pad`: likewise, on a
 * ground of the shape asked for. `cover`: what is too much is cut off at both sides, `cover-top` only from below or at
 * both sides. `fill`: it is squeezed.
 */
export const PICTURE_FITS = ['inside', 'pad', 'cover', 'cover-top', 'fill'] as const
export type PictureFit = (typeof PICTURE_FITS)[number]

/** Shares of a picture's width and height, 0…1. A width or height of 0 reaches to the edge. */
export type PicturePart = Readonly<{ left: number; top: number; width: number; height: number }>

export type PictureRequest = Readonly<{
  /** 0: follows from the height; both 0: as large as what is taken. */
  widthPx: number
  heightPx: number
  fit: PictureFit
  /** Whether it may become larger than it is. */
  enlarges: boolean
  /** All of it, unless given. */
  part?: PicturePart | undefined
  /** `#rrggbb` */
  background: string
  /** 1…100 */
  quality: number
  format: PictureFormat
  /** The moment of the film that is to be seen, where there are pictures of more than one. */
  atMs?: number | undefined
}>

/** No side of what is made is longer; larger wishes are made smaller in their own shape. */
export const MAX_PICTURE_PX = 4096

/** What has to be done to a picture of this size. */
export function planPicture(picture: PictureSize, request: PictureRequest): PictureRecipe {
  const { background, quality, format } = request
  const part = boxOf(picture, request.part)
  const plan = shaped(part, request)
  return { ...plan, background, quality, format }
}

/** The same for a picture that lies somewhere on a larger one. */
export function planPictureWithin(place: PictureBox, request: PictureRequest): PictureRecipe {
  const recipe = planPicture(place, request)
  const { leftPx, topPx } = recipe.part
  return { ...recipe, part: { ...recipe.part, leftPx: place.leftPx + leftPx, topPx: place.topPx + topPx } }
}

type Shape = Pick<PictureRecipe, 'part' | 'size' | 'ground'>

function shaped(part: PictureBox, request: PictureRequest): Shape {
  const { fit, enlarges, widthPx, heightPx } = request
  const target = targetOf(part, request)
  const scale = Math.min(target.widthPx / part.widthPx, target.heightPx / part.heightPx)
  const inside = scaled(part, enlarges ? scale : Math.min(1, scale))
  if (fit === 'inside' || widthPx === 0 || heightPx === 0) return { part, size: inside, ground: undefined }
  if (fit === 'fill') return { part, size: shownBy(part, target, enlarges), ground: undefined }
  if (fit === 'pad') {
    const leftPx = Math.floor((target.widthPx - inside.widthPx) / 2)
    const topPx = Math.floor((target.heightPx - inside.heightPx) / 2)
    return { part, size: inside, ground: { ...target, leftPx, topPx } }
  }
  const cut = cutTo(part, target, fit === 'cover-top')
  return { part: cut, size: shownBy(cut, target, enlarges), ground: undefined }
}

/** The target, or as much of it in its own shape as the picture has pixels for. */
function shownBy(picture: PictureSize, target: PictureSize, enlarges: boolean): PictureSize {
  if (enlarges) return target
  return scaled(target, Math.min(1, picture.widthPx / target.widthPx, picture.heightPx / target.heightPx))
}

function boxOf(picture: PictureSize, part: PicturePart | undefined): PictureBox {
  const { left = 0, top = 0, width = 0, height = 0 } = part ?? {}
  const leftPx = within(Math.round(left * picture.widthPx), 0, picture.widthPx - 1)
  const topPx = within(Math.round(top * picture.heightPx), 0, picture.heightPx - 1)
  const most = { widthPx: picture.widthPx - leftPx, heightPx: picture.heightPx - topPx }
  const widthPx = width === 0 ? most.widthPx : within(Math.round(width * picture.widthPx), 1, most.widthPx)
  const heightPx = height === 0 ? most.heightPx : within(Math.round(height * picture.heightPx), 1, most.heightPx)
  return { leftPx, topPx, widthPx, heightPx }
}

/** What is asked for, both sides known and no longer than they may be. */
function targetOf(part: PictureSize, { widthPx, heightPx }: PictureRequest): PictureSize {
  const ratio = part.widthPx / part.heightPx
  const isOpen = widthPx === 0 && heightPx === 0
  const width = isOpen ? part.widthPx : widthPx || heightPx * ratio
  const height = isOpen ? part.heightPx : heightPx || widthPx / ratio
  return scaled({ widthPx: width, heightPx: height }, Math.min(1, MAX_PICTURE_PX / Math.max(width, height)))
}

/** The largest part of the target's shape, from the middle or from the top. */
function cutTo(part: PictureBox, target: PictureSize, fromTop: boolean): PictureBox {
  const ratio = target.widthPx / target.heightPx
  const widthPx = within(Math.round(part.heightPx * ratio), 1, part.widthPx)
  const heightPx = within(Math.round(part.widthPx / ratio), 1, part.heightPx)
  const leftPx = part.leftPx + Math.floor((part.widthPx - widthPx) / 2)
  const topPx = part.topPx + (fromTop ? 0 : Math.floor((part.heightPx - heightPx) / 2))
  return { leftPx, topPx, widthPx, heightPx }
}

function scaled({ widthPx, heightPx }: PictureSize, scale: number): PictureSize {
  return { widthPx: Math.max(1, Math.round(widthPx * scale)), heightPx: Math.max(1, Math.round(heightPx * scale)) }
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
