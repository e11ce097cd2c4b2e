import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Source } from '../core/library/asset.ts'
import type { MediaTools } from '../core/ports/media-tools.ts'
import type { UnitOfWork } from '../core/ports/unit-of-work.ts'
import type { Drawing, DrawnMark } from '../core/transcoding/drawing.ts'
import { embeddedSubtitles } from '../core/transcoding/embedded-subtitles.ts'
import { servesLanguage } from '../core/transcoding/language.ts'

type Parts = Readonly<{ work: UnitOfWork; media: MediaTools }>
/** The original, lent to us, and a directory to work in. */
type Place = Readonly<{ path: string; directory: string; signal: AbortSignal }>

/** What is drawn into the pictures of a source, and what was to be and cannot, a sentence each. */
export async function drawingOf(
  source: Source,
  parts: Parts,
  place: Place,
): Promise<Readonly<{ drawing: Drawing | undefined; omissions: readonly string[] }>> {
  const { treatment, media: info } = source
  if (treatment === undefined || info?.video === undefined || treatment.delivery !== 'adaptive') return NOTHING
  const { burnInLanguage } = treatment
  const omissions: string[] = []
  const watermark = await markOf(source, parts.work)
  if (watermark === undefined && treatment.watermark !== undefined) {
    omissions.push('The picture of the watermark had been deleted.')
  }
  const subtitles = burnInLanguage === undefined ? undefined : await subtitlesIn(burnInLanguage, source, parts, place)
  if (subtitles === undefined && burnInLanguage !== undefined) {
    omissions.push(`There were no subtitles in ${burnInLanguage} to draw into the pictures.`)
  }
  const isNothing = watermark === undefined && subtitles === undefined
  return { drawing: isNothing ? undefined : { watermark, subtitles }, omissions }
}

const NOTHING = { drawing: undefined, omissions: [] }

async function markOf({ treatment }: Source, { read }: UnitOfWork): Promise<DrawnMark | undefined> {
  const { watermark } = treatment ?? {}
  if (watermark?.kind !== 'image') return watermark
  const found = await read.images.bytes(watermark.imageId)
  return found && { ...watermark, contentType: found.image.contentType, bytes: found.bytes }
}

/** Those of the asset, else those inside the file: they may not have been taken out of it yet. */
async function subtitlesIn(
  language: string,
  { assetId, media: info }: Source,
  { work, media }: Parts,
  { path, directory, signal }: Place,
): Promise<string | undefined> {
  const own = await work.read.subtitles.listForAsset(assetId)
  const wanted = own.find((subtitle) => servesLanguage(subtitle.language, language))
  if (wanted !== undefined) return work.read.subtitles.vtt(wanted.id)
  const streams = (info?.texts ?? []).filter((text) => servesLanguage(text.language ?? 'und', language))
  if (streams.length === 0) return undefined
  const folder = join(directory, 'texts')
  await mkdir(folder, { recursive: true })
  const texts = await media.texts(path, streams, { directory: folder, signal })
  return embeddedSubtitles(streams, ({ streamIndex }) => texts.get(streamIndex))[0]?.vtt
}
