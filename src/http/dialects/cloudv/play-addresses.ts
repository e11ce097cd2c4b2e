import type { Rendition } from '../../../core/library/asset.ts'
import type { AssetView } from '../../../core/library/library-service.ts'
import type { Services } from '../../services.ts'

/** The vendor's steps of quality: 2 fluent, 3 standard, 4 high, 5 super. */
export const CLARITIES = [2, 3, 4, 5] as const
export type Clarity = (typeof CLARITIES)[number]

/** By the shorter side of the picture, in pixels: the largest that still is of that step. */
const LARGEST_OF: Readonly<Record<Clarity, number>> = { 2: 360, 3: 540, 4: 720, 5: Number.POSITIVE_INFINITY }

/** Undefined for sound alone. */
export function clarityOf({ widthPx, heightPx }: Pick<Rendition, 'widthPx' | 'heightPx'>): Clarity | undefined {
  if (widthPx === undefined || heightPx === undefined) return undefined
  const shorterSidePx = Math.min(widthPx, heightPx)
  return CLARITIES.find((clarity) => shorterSidePx <= LARGEST_OF[clarity])
}

/** Where a video plays from now on; empty while nothing of it does. */
export type PlayAddresses = Readonly<{
  /** All qualities in one playlist; the file itself of what is kept as it came. */
  adaptive: string
  /** A page with the player, to be framed. */
  page: string
  poster: string
  /** The largest rendition of each step. */
  byClarity: ReadonlyMap<Clarity, string>
  addressOf(rendition: Rendition): string
}>

export function playAddresses({ playback, publicUrl }: Services, view: AssetView): PlayAddresses {
  const paths = playback.paths(view)
  const absolute = (path: string | undefined): string => (path === undefined ? '' : publicUrl + path)
  const adaptive = absolute(paths?.hls ?? paths?.original)
  // As the playlist of all qualities names them, relative to itself.
  const addressOf = ({ sourceId, playlist }: Rendition): string =>
    paths?.hls === undefined ? '' : new URL(`${sourceId}/${playlist}`, adaptive).href
  const byClarity = new Map<Clarity, string>()
  const smallestFirst = [...view.renditions].sort((a, b) => a.bandwidth - b.bandwidth)
  for (const rendition of paths?.hls === undefined ? [] : smallestFirst) {
    const clarity = clarityOf(rendition)
    if (clarity !== undefined) byClarity.set(clarity, addressOf(rendition))
  }
  return { adaptive, page: absolute(paths?.page), poster: absolute(paths?.poster), byClarity, addressOf }
}
