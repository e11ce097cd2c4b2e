/** Small pictures of a film, in sheets, for the seek bar and as a storyboard. Plain data: it is stored as JSON. */
export type Sprites = Readonly<{
  /** Folder in the blob store, ending in '/'; the sheets in it are called `sheet-1.jpg` and so on. */
  prefix: string
  sheets: number
  columns: number
  rows: number
  /** Of one small picture. */
  widthPx: number
  heightPx: number
  /** From one picture to the next. */
  intervalMs: number
  /** All pictures on all sheets. */
  count: number
}>

/** A rendition in one MP4 file, to be downloaded. Plain data: it is stored as JSON. */
export type Download = Readonly<{
  /** Of the rendition. */
  name: string
  /** What it is called: `720p.mp4`, `audio.m4a`. */
  file: string
  /** In the blob store. */
  key: string
  sizeBytes: number
  widthPx: number | undefined
  heightPx: number | undefined
}>
