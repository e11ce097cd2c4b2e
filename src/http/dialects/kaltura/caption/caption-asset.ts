import { isDomainError } from '../../../../core/errors.ts'
import { parseId } from '../../../../core/ids.ts'
import type { Subtitle } from '../../../../core/transcoding/subtitle.ts'
import type { Services } from '../../../services.ts'
import { KalturaError } from '../errors.ts'
import { type Entry, entriesOf } from '../media/entry.ts'
import { captionUrl } from '../media/entry-urls.ts'
import type { Call } from '../operation.ts'
import type { Facts } from '../schema/filter.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { CAPTION_FORMAT, type CaptionFormat, captionExtension, captionFormat } from './caption-format.ts'
import { languageCode, languageName } from './language.ts'

/** KalturaCaptionAssetStatus. */
const STATUS = { queued: 0, ready: 2 } as const

/** Subtitles of an entry, as these clients know them. */
export type Caption = Readonly<{ id: string; entryId: string; format: CaptionFormat; subtitle: Subtitle }>

function captionOf({ id: entryId, view }: Entry, subtitle: Subtitle): Caption {
  const id = `0_${subtitle.id.slice(subtitle.id.indexOf('_') + 1)}`
  return { id, entryId, format: captionFormat(view.asset, subtitle), subtitle }
}

/** All that were announced for an entry, oldest first. */
export async function captionsOf(
  { subtitles }: Pick<Services, 'subtitles'>,
  entry: Entry,
): Promise<readonly Caption[]> {
  const { projectId, id } = entry.view.asset
  return (await subtitles.listAll(projectId, id)).map((subtitle) => captionOf(entry, subtitle))
}

/** Throws CAPTION_ASSET_ID_NOT_FOUND. */
export async function findCaption(
  { services, session }: Call,
  id: string,
): Promise<Readonly<{ caption: Caption; entry: Entry }>> {
  const subtitleId = id.startsWith('0_') ? parseId('subtitle', `sub_${id.slice(2)}`) : undefined
  try {
    if (subtitleId === undefined) throw notFound(id)
    const subtitle = await services.subtitles.get(session.projectId, subtitleId)
    const view = await services.library.get(session.projectId, subtitle.assetId)
    const [entry] = await entriesOf(services, session.projectId, [view])
    if (entry === undefined || session.onlyEntries?.includes(entry.id) === false) throw notFound(id)
    return { caption: captionOf(entry, subtitle), entry }
  } catch (error) {
    throw isDomainError(error, 'not_found') ? notFound(id) : error
  }
}

function notFound(id: string): KalturaError {
  return new KalturaError('CAPTION_ASSET_ID_NOT_FOUND', { ASSET_ID: id })
}

/** Throws CAPTION_ASSET_IS_NOT_READY for one whose text has not come. */
export function assertHasText({ id, subtitle }: Caption): void {
  if (subtitle.isEmpty === true) throw new KalturaError('CAPTION_ASSET_IS_NOT_READY', { ASSET_ID: id })
}

export function captionFacts({ id, entryId, format, subtitle }: Caption): Facts {
  return {
    id,
    entryId,
    status: subtitle.isEmpty === true ? STATUS.queued : STATUS.ready,
    format,
    captionParamsId: 0,
    tags: [],
    createdAt: Math.floor(subtitle.createdAtMs / 1000),
  }
}

export function toCaptionAsset({ id, entryId, format, subtitle }: Caption, partnerId: number): KalturaObject {
  const atS = Math.floor(subtitle.createdAtMs / 1000)
  return {
    type: 'KalturaCaptionAsset',
    values: {
      id,
      entryId,
      partnerId,
      version: 1,
      fileExt: captionExtension(format),
      createdAt: atS,
      updatedAt: atS,
      captionParamsId: 0,
      language: languageName(subtitle.language),
      languageCode: languageCode(subtitle.language),
      isDefault: subtitle.isDefault,
      label: subtitle.label,
      format,
      status: subtitle.isEmpty === true ? STATUS.queued : STATUS.ready,
    },
  }
}

/** What a player is told of a caption that has a text. */
export function toPlaybackCaption({ id, subtitle }: Caption, publicUrl: string, partnerId: number): KalturaObject {
  const url = captionUrl(publicUrl, partnerId, id, 'a.vtt')
  return {
    type: 'KalturaCaptionPlaybackPluginData',
    values: {
      label: subtitle.label,
      format: CAPTION_FORMAT.webVtt,
      language: languageName(subtitle.language),
      languageCode: languageCode(subtitle.language),
      webVttUrl: url,
      url,
      isDefault: subtitle.isDefault,
    },
  }
}
