import type { ProfileSettings } from './profile.ts'
import type { Treatment } from './treatment.ts'

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

/** Whether any of the profiles that a source was encoded by asks for files to download. Encrypted ones have none. */
export function hasDownloads(treatment: Treatment): boolean {
  return treatment.encryption === undefined && profilesOf(treatment).some(({ downloads }) => downloads)
}

/** Whether this rendition gets one: by the source's own profile all do, by a further one those that it added. */
export function isDownloaded(name: string, treatment: Treatment): boolean {
  if (treatment.profile.downloads) return true
  return (treatment.further ?? []).some(({ profile, made = [] }) => profile.downloads && made.includes(name))
}

function profilesOf({ profile, further = [] }: Treatment): readonly ProfileSettings[] {
  return [profile, ...further.map((one) => one.profile)]
}
