import type { Rendition, Source } from '../../../core/library/asset.ts'
import type { AssetView } from '../../../core/library/library-service.ts'
import type { Services } from '../../services.ts'
import type { AssetDocument } from './asset-schema.ts'

/** What is shown of an asset. */
export function assetDocument(view: AssetView, { playback, publicUrl }: Services): AssetDocument {
  const { asset, status, source } = view
  const paths = playback.paths(view)
  return {
    id: asset.id,
    title: asset.title,
    state: status.state,
    stage: status.stage,
    progress: status.progress,
    failure: status.failure ?? null,
    durationMs: source?.media?.durationMs ?? null,
    createdAt: new Date(asset.createdAtMs).toISOString(),
    source: source === undefined ? null : sourceDocument(source),
    renditions: view.renditions.map(renditionDocument),
    playback:
      paths === undefined
        ? null
        : {
            hls: publicUrl + paths.hls,
            page: publicUrl + paths.page,
            poster: paths.poster === undefined ? null : publicUrl + paths.poster,
          },
  }
}

/** Null until the file has been looked at. */
function sourceDocument({ fileName, sizeBytes, media }: Source): AssetDocument['source'] {
  if (media === undefined) return null
  const { container, contentType, video } = media
  const audio = media.audio.find((stream) => stream.isDefault) ?? media.audio[0]
  return {
    fileName,
    sizeBytes,
    container,
    contentType,
    video: video
      ? { codec: video.codec, width: video.widthPx, height: video.heightPx, frameRate: video.frameRate }
      : null,
    audio: audio ? { codec: audio.codec, channels: audio.channels } : null,
  }
}

function renditionDocument(rendition: Rendition): AssetDocument['renditions'][number] {
  const { name, codecs, bandwidth, averageBandwidth, sizeBytes, durationMs } = rendition
  return {
    name,
    width: rendition.widthPx ?? null,
    height: rendition.heightPx ?? null,
    frameRate: rendition.frameRate ?? null,
    codecs,
    bandwidth,
    averageBandwidth,
    sizeBytes,
    durationMs,
  }
}
