import type { Subtitle } from '../../../../core/transcoding/subtitle.ts'
import { KalturaError } from '../errors.ts'
import { assertMayEdit, findEntry } from '../media/entry.ts'
import type { Call, Operation } from '../operation.ts'
import type { CastValue } from '../schema/cast.ts'
import type { FilterValues } from '../schema/filter.ts'
import { captionsOf, findCaption, toCaptionAsset } from './caption-asset.ts'
import { CAPTION_FORMAT, deliveredFormat, formatNote } from './caption-format.ts'
import { listCaptionParams } from './caption-params.ts'
import { languageName, languageTag, NO_LANGUAGE } from './language.ts'

/** Announces captions of an entry; `setContent` brings their text. */
export const captionAssetAdd: Operation = {
  service: 'caption_captionAsset',
  action: 'add',
  admits: 'user',
  parameters: [
    { name: 'entryId', type: 'string' },
    { name: 'captionAsset', type: 'object:KalturaCaptionAsset', purpose: 'add' },
  ],
  async run(call) {
    const { services, session } = call
    const entry = await findEntry(services, session, call.text('entryId'))
    assertMayEdit(session, entry)
    const sent = call.object('captionAsset')?.values ?? {}
    const template = typeof sent['captionParamsId'] === 'number' ? await templateOf(call, sent['captionParamsId']) : {}
    const { language: named, label, isDefault, format = CAPTION_FORMAT.srt } = { ...template, ...stated(sent) }
    const language = statedLanguage(named) ?? NO_LANGUAGE
    const others = (await captionsOf(services, entry)).map(({ subtitle }) => subtitle)
    const subtitle = await services.subtitles.add(session.projectId, entry.view.asset.id, {
      language,
      label: distinctLabel(label, language, others),
      isDefault: isDefault === true,
      bytes: undefined,
    })
    const metadata = formatNote(subtitle, deliveredFormat(format))
    await services.library.update(session.projectId, entry.view.asset.id, { metadata })
    const { id } = subtitle
    const { caption } = await findCaption(call, `0_${id.slice(id.indexOf('_') + 1)}`)
    return toCaptionAsset(caption, session.content.partnerId)
  },
}

/** What the template says; one that there is not says nothing, as the vendor has it. */
async function templateOf({ services, session }: Call, id: number): Promise<FilterValues> {
  const found = (await listCaptionParams(services, session)).find((own) => own.id === id)
  return found === undefined ? {} : stated({ ...found })
}

function stated(values: FilterValues): FilterValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''))
}

/** Throws INVALID_ENUM_VALUE for a language that is none. */
export function statedLanguage(named: CastValue): string | undefined {
  if (typeof named !== 'string' || named === '') return undefined
  const tag = languageTag(named)
  if (tag !== undefined) return tag
  throw new KalturaError('INVALID_ENUM_VALUE', {
    ENUM_VAL: named,
    PARAM_NAME: 'language',
    ENUM_TYPE: 'KalturaLanguage',
  })
}

/** Viewers choose by the label, so that it is told apart from those of the entry's other captions. */
export function distinctLabel(label: CastValue, language: string, others: readonly Subtitle[]): string {
  const wanted = (typeof label === 'string' && label.trim()) || languageName(language)
  const isTaken = (own: string): boolean => others.some((other) => other.label === own)
  for (let count = 1; ; count += 1) {
    const own = count === 1 ? wanted : `${wanted} (${count})`
    if (!isTaken(own)) return own
  }
}
