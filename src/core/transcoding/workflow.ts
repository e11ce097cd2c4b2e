import type { ImageId, ProjectId, WorkflowId } from '../ids.ts'
import { KEY_PATTERN, refused, STANDARD_KEY } from './profile.ts'

/** Where a watermark stands. */
export const POSITIONS = ['top-left', 'top-right', 'bottom-left', 'bottom-right', 'center'] as const
export type Position = (typeof POSITIONS)[number]

/** Drawn into every picture of every rendition. Sizes are shares of the picture, so that each step looks the same. */
export type Watermark = Readonly<{
  position: Position
  /** 0…1; 1 covers. */
  opacity: number
  /** Distance from the edges, percent of the picture's shorter side. */
  marginPercent: number
}> &
  (
    | Readonly<{
        kind: 'image'
        imageId: ImageId
        /** Of the picture's width. */
        widthPercent: number
      }>
    | Readonly<{
        kind: 'text'
        text: string
        /** Height of the letters, percent of the picture's shorter side. */
        sizePercent: number
        /** RGB, hexadecimal: `ffffff`. */
        color: string
      }>
  )

export type Encryption = Readonly<{
  /** So many segments get the same key, then the next one begins; undefined: one key for the whole source. */
  segmentsPerKey: number | undefined
}>

/** What happens to a source, in this order: probe, watermark, ladder, packaging, pictures, subtitles, encryption. */
export type WorkflowSettings = Readonly<{
  /** Used where nothing more specific names a profile; the standard one when undefined. */
  profileKey: string | undefined
  watermark: Watermark | undefined
  /** Small pictures for the seek bar, with a WebVTT map, and a storyboard. */
  sprites: boolean
  /** Language of the asset's subtitles to be drawn into the pictures, where it has them when encoding begins. */
  burnInLanguage: string | undefined
  /** AES-128. A token may ask for it as well; nothing it may not ask for is taken back. */
  encryption: Encryption | undefined
}>

/** A project's own workflow. A project's workflow of a built-in one's key takes its place. */
export type Workflow = Readonly<{
  id: WorkflowId
  projectId: ProjectId
  /** Stable, in the project: [A-Za-z0-9._-]{1,64}. */
  key: string
  name: string
  settings: WorkflowSettings
  createdAtMs: number
  updatedAtMs: number
}>

export const DEFAULT_WORKFLOW: WorkflowSettings = {
  profileKey: undefined,
  watermark: undefined,
  sprites: true,
  burnInLanguage: undefined,
  encryption: undefined,
}

/** What every project has from the start. The one of `STANDARD_KEY` is taken where nothing names another. */
export const BUILT_IN_WORKFLOWS: Readonly<Record<string, Readonly<{ name: string; settings: WorkflowSettings }>>> = {
  [STANDARD_KEY]: { name: 'Standard', settings: DEFAULT_WORKFLOW },
  encrypted: {
    name: 'Encrypted (AES-128)',
    settings: { ...DEFAULT_WORKFLOW, encryption: { segmentsPerKey: undefined } },
  },
  audio: { name: 'Sound alone', settings: { ...DEFAULT_WORKFLOW, profileKey: 'audio' } },
  passthrough: { name: 'The original as it is', settings: { ...DEFAULT_WORKFLOW, profileKey: 'passthrough' } },
}

const MAX_TEXT = 200
const MAX_SEGMENTS_PER_KEY = 10_000

/** Throws invalid_argument, naming the setting. Whether the profile and the image exist is the service's to check. */
export function assertWorkflow(settings: WorkflowSettings): void {
  const { profileKey, watermark, burnInLanguage, encryption } = settings
  if (profileKey !== undefined && !KEY_PATTERN.test(profileKey)) {
    throw refused('profileKey', 'That cannot be the key of a profile.')
  }
  if (burnInLanguage !== undefined) assertLanguage('burnInLanguage', burnInLanguage)
  if (watermark !== undefined) assertWatermark(watermark)
  const { segmentsPerKey } = encryption ?? {}
  if (segmentsPerKey === undefined) return
  if (!Number.isInteger(segmentsPerKey) || segmentsPerKey < 1 || segmentsPerKey > MAX_SEGMENTS_PER_KEY) {
    throw refused('encryption.segmentsPerKey', `A key is for 1 to ${MAX_SEGMENTS_PER_KEY} segments.`)
  }
}

/** BCP 47, without its rarer forms. */
const LANGUAGE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/

export function assertLanguage(setting: string, language: string): void {
  if (!LANGUAGE.test(language)) {
    throw refused(setting, `"${language}" is not a language tag; use one such as en, ko or pt-BR.`)
  }
}

function assertWatermark(watermark: Watermark): void {
  if (!POSITIONS.includes(watermark.position)) {
    throw refused('watermark.position', `There is no position "${watermark.position}".`)
  }
  share('watermark.opacity', watermark.opacity, 0, 1)
  share('watermark.marginPercent', watermark.marginPercent, 0, 40)
  if (watermark.kind === 'image') {
    share('watermark.widthPercent', watermark.widthPercent, 1, 100)
    return
  }
  share('watermark.sizePercent', watermark.sizePercent, 1, 50)
  if (!/^[0-9a-f]{6}$/i.test(watermark.color)) {
    throw refused('watermark.color', 'A colour is six hexadecimal digits, for example ffffff.')
  }
  const { text } = watermark
  if (text.length < 1 || text.length > MAX_TEXT || hasControl(text)) {
    throw refused('watermark.text', `The text of a watermark is one line of 1 to ${MAX_TEXT} characters.`)
  }
  if (!DRAWABLE.test(text)) {
    throw refused('watermark.text', 'The font has no letters for some of this text; use a picture instead.')
  }
}

/** What the font that ships with us has letters for, by and large: no Chinese, Japanese or Korean, and no emoji. */
const DRAWABLE =
  /^(?:(?!\p{Emoji_Presentation})[\p{scx=Latin}\p{scx=Greek}\p{scx=Cyrillic}\p{scx=Armenian}\p{scx=Georgian}\p{scx=Hebrew}\p{scx=Arabic}\p{sc=Common}\p{sc=Inherited}])*$/u

function hasControl(text: string): boolean {
  return [...text].some((character) => (character.codePointAt(0) ?? 0) < 0x20)
}

function share(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) throw refused(name, `${name} is a number from ${least} to ${most}.`)
}
