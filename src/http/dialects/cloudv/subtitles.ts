import { buffer } from 'node:stream/consumers'
import { isDomainError } from '../../../core/errors.ts'
import type { Asset } from '../../../core/library/asset.ts'
import { toWebVtt } from '../../../core/transcoding/subtitle-text.ts'
import type { Services } from '../../services.ts'
import { ApiError } from './api-error.ts'
import type { ApiCall } from './api-operation.ts'
import { MATERIAL_ID } from './file-kinds.ts'
import { readJsonList, textOf } from './json-list.ts'

const MAX_SUBTITLES = 13
const MAX_BYTES = 5 * 1024 * 1024

/** Subtitles that a call names, with their text. */
type NamedSubtitle = Readonly<{ language: string; label: string; bytes: Uint8Array }>

/** The vendor's codes where they are no language tags. */
const LANGUAGES: Readonly<Record<string, string>> = { cn: 'zh-CN', 'zh-tw': 'zh-TW' }
const UNKNOWN_LANGUAGE = 'und'
/** Of what `subtitleId` names, which is drawn into the pictures; ISO 639-2 leaves it to everybody's own use. */
export const DRAWN_LANGUAGE = 'qaa'

/**
 * What `subtitleId` and `subtitle` name: material files, the second one a list of them with a language each. Throws
 * parameterError, also for a file that is not there yet or is none.
 */
export async function readSubtitles(call: ApiCall): Promise<readonly NamedSubtitle[]> {
  const { parameters } = call
  const subtitles: NamedSubtitle[] = []
  const drawn = parameters.get('workflowId') ? undefined : parameters.get('subtitleId')
  for (const { code, id } of readList(parameters.get('subtitle'))) {
    const { bytes } = await material(call, id)
    subtitles.push({ ...languageOf(code), bytes })
  }
  if (drawn) {
    const { title, bytes } = await material(call, drawn)
    const isTaken = subtitles.some(({ label }) => label === title)
    subtitles.push({ language: DRAWN_LANGUAGE, label: isTaken ? `${title} (2)` : title, bytes })
  }
  return subtitles
}

/** Adds them to the asset; those of the same label give way, and of those that are drawn the one before. */
export async function attachSubtitles(
  { subtitles }: Services,
  { projectId, id }: Pick<Asset, 'projectId' | 'id'>,
  wanted: readonly NamedSubtitle[],
): Promise<void> {
  for (const subtitle of wanted) {
    const isReplaced = ({ label, language }: Pick<NamedSubtitle, 'label' | 'language'>): boolean =>
      label === subtitle.label || (language === DRAWN_LANGUAGE && language === subtitle.language)
    for (const before of (await subtitles.list(projectId, id)).filter(isReplaced)) {
      await subtitles.remove(projectId, id, before.id)
    }
    await subtitles.add(projectId, id, subtitle)
  }
}

function readList(text: string | undefined): readonly Readonly<{ code: string; id: string }>[] {
  if (!text) return []
  const list = readJsonList(text)?.map(({ lang, subtitleId }) => ({ code: textOf(lang), id: textOf(subtitleId) }))
  if (list?.every(({ code, id }) => code !== '' && id !== '') !== true) {
    throw wrong('subtitle must be a JSON list of lang and subtitleId in base64.')
  }
  if (list.length > MAX_SUBTITLES) throw wrong(`There are more than ${MAX_SUBTITLES} subtitles.`)
  if (new Set(list.map(({ code }) => code)).size < list.length) throw wrong('Two subtitles have one language.')
  return list
}

/** Integrators may make codes of their own up. */
function languageOf(code: string): Pick<NamedSubtitle, 'language' | 'label'> {
  const language = LANGUAGES[code.toLowerCase()] ?? code
  if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(language)) return { language: UNKNOWN_LANGUAGE, label: code }
  try {
    return { language, label: new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? code }
  } catch {
    return { language, label: code }
  }
}

async function material({ services, account }: ApiCall, id: string): Promise<{ title: string; bytes: Uint8Array }> {
  const { library, playback } = services
  try {
    const view = await library.getByKey(account.projectId, MATERIAL_ID, id.toLowerCase())
    const { info, body } = await playback.original(view, { signal: new AbortController().signal })
    if (info.sizeBytes > MAX_BYTES) {
      body.destroy()
      throw wrong(`The subtitles ${id} are too long.`)
    }
    const bytes = await buffer(body)
    // Throws for what is none.
    toWebVtt(bytes)
    return { title: view.asset.title, bytes }
  } catch (error) {
    if (isDomainError(error, 'not_found')) throw wrong(`There is no material file ${id}, or not yet.`)
    throw error
  }
}

function wrong(message: string): ApiError {
  return new ApiError('parameterError', message)
}
