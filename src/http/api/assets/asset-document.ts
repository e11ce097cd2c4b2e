import type { Rendition, Source } from '../../../core/library/asset.ts'
import type { AssetView } from '../../../core/library/library-service.ts'
import type { Services } from '../../services.ts'
import type { AssetDocument } from './asset-schema.ts'

/** What is shown of an asset. */
export function assetDocument(view: AssetView, { playback, publicUrl }: Services): AssetDocument {
  const { asset, status, source } = view
  const paths = playback.paths(view)
  const url = (path: string | undefined) => (path === undefined ? null : publicUrl + path)
  return {
    id: asset.id,
    title: asset.title,
    state: status.state,
    stage: status.stage,
    progress: status.progress,
    failure: status.failure ?? null,
    isPlayable: paths !== undefined,
    durationMs: source?.media?.durationMs ?? null,
    createdAt: new Date(asset.createdAtMs).toISOString(),
    description: asset.description,
    tags: [...asset.tags],
    enabled: asset.isEnabled,
    metadata: asset.metadata,
    source: source === undefined ? null : sourceDocument(source),
    treatment: treatmentDocument(source),
    renditions: view.renditions.filter(({ track }) => track === undefined).map(renditionDocument),
    audioTracks: view.renditions.flatMap(audioTrackDocument),
    playback:
      paths === undefined
        ? null
        : {
            page: publicUrl + paths.page,
            hls: url(paths.hls),
            dash: url(paths.dash),
            original: url(paths.original),
            poster: url(paths.poster),
            sprites: url(paths.sprites),
            storyboard: url(paths.storyboard),
            downloads: playback.downloads(paths.token, view).map(({ name, widthPx, heightPx, sizeBytes, path }) => {
              return { name, width: widthPx ?? null, height: heightPx ?? null, sizeBytes, url: publicUrl + path }
            }),
          },
  }
}

function treatmentDocument(source: Source | undefined): AssetDocument['treatment'] {
  const { treatment } = source ?? {}
  if (treatment === undefined) return null
  const { workflowKey, profileKey, delivery, encryption, omissions = [] } = treatment
  return {
    workflow: workflowKey,
    profile: profileKey,
    delivery,
    isEncrypted: encryption !== undefined,
    omissions: [...omissions],
  }
}

function audioTrackDocument({ track, codecs, bandwidth, sizeBytes }: Rendition): AssetDocument['audioTracks'] {
  if (track === undefined) return []
  const { label, language, isDefault, channels } = track
  return [{ label, language: language ?? null, isDefault, channels, codecs, bandwidth, sizeBytes }]
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
