import type { Image } from './image.ts'
import type { Watermark } from './workflow.ts'

/** A watermark with everything that is needed to draw it. */
export type DrawnMark =
  | Extract<Watermark, { kind: 'text' }>
  | (Extract<Watermark, { kind: 'image' }> & Readonly<{ contentType: Image['contentType']; bytes: Uint8Array }>)

/** What is drawn into every picture of every rendition: the texts first, the watermark over them. */
export type Drawing = Readonly<{
  watermark: DrawnMark | undefined
  /** WebVTT; its times count from the beginning of the film. */
  subtitles: string | undefined
}>
