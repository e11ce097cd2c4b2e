import { isDomainError } from '../../../../core/errors.ts'
import type { Services } from '../../../services.ts'
import { DIALECT } from '../session/session.ts'
import { segmentsPlaylist, toDfxp, toJson, toSrt, webVttSegment } from './caption-text.ts'

/** Where a path says what. */
type Named = ReadonlyMap<string, string>
type File = Readonly<{ type: string; body: string }>

const DEFAULT_SEGMENT_S = 30
const MAX_SEGMENT_S = 86_400
const DEFAULT_LOCAL_MS = 10_000

/**
 * The text of captions as what the last name of its address ends in: `srt`, `dfxp`, `json`, `m3u8` (a playlist of
 * segments), else WebVTT, of which `segmentIndex` names a segment. Nobody needs a session. Undefined: there is no such text.
 */
export async function captionFile(
  services: Services,
  request: Readonly<{ partnerId: string; path: string; named: Named }>,
): Promise<File | undefined> {
  const id = request.named.get('captionAssetId') ?? ''
  const credential = await services.access.credential(DIALECT, { lookup: request.partnerId })
  if (credential === undefined || !id.startsWith('0_')) return undefined
  const { projectId } = credential
  try {
    const subtitle = await services.subtitles.get(projectId, `sub_${id.slice(2)}`)
    if (subtitle.isEmpty === true) return undefined
    const text = await services.subtitles.text(projectId, subtitle.assetId, subtitle.id)
    const filmMs = async (): Promise<number> =>
      (await services.library.get(projectId, subtitle.assetId)).source?.media?.durationMs ?? 0
    return await fileOf(request, { text, language: subtitle.language, filmMs })
  } catch (error) {
    if (isDomainError(error, 'not_found')) return undefined
    throw error
  }
}

async function fileOf(
  { path, named }: Readonly<{ path: string; named: Named }>,
  { text, language, filmMs }: Readonly<{ text: string; language: string; filmMs: () => Promise<number> }>,
): Promise<File> {
  const segmentS = wholeNumber(named.get('segmentDuration'), DEFAULT_SEGMENT_S, { least: 1, most: MAX_SEGMENT_S })
  switch (path.slice(path.lastIndexOf('.') + 1)) {
    case 'srt':
      return { type: 'application/x-subrip; charset=utf-8', body: toSrt(text) }
    case 'dfxp':
      return { type: 'application/ttml+xml; charset=utf-8', body: toDfxp(text, language) }
    case 'json':
      return { type: 'application/json; charset=utf-8', body: toJson(text) }
    case 'm3u8':
      return { type: 'application/x-mpegurl', body: segmentsPlaylist(await filmMs(), segmentS) }
    default: {
      const type = 'text/vtt; charset=utf-8'
      const index = wholeNumber(named.get('segmentIndex'), 0, { least: 0, most: Number.MAX_SAFE_INTEGER })
      if (index === 0) return { type, body: text }
      const localMs = wholeNumber(named.get('localTimestamp'), DEFAULT_LOCAL_MS, { least: 0, most: 360_000_000 })
      return { type, body: webVttSegment(text, { index, segmentS, localMs }) }
    }
  }
}

function wholeNumber(
  text: string | undefined,
  usual: number,
  { least, most }: Record<'least' | 'most', number>,
): number {
  const number = Number.parseInt(text ?? '', 10)
  return Number.isNaN(number) ? usual : Math.min(Math.max(number, least), most)
}
