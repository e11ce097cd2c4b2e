import type { AssetId, CategoryId, ProjectId } from '../../../core/ids.ts'
import type { AssetState } from '../../../core/library/asset-state.ts'
import type { AssetView } from '../../../core/library/library-service.ts'
import type { Services } from '../../services.ts'
import { clarityOf, playAddresses } from './play-addresses.ts'
import { timeText } from './times.ts'
import { videoIdOf } from './video-id.ts'
import { VIDEO_ID } from './videos.ts'

/** The vendor's numbers. */
const TRANSCODED: Readonly<Record<AssetState, number>> = {
  ready: 1,
  waiting: 2,
  uploading: 2,
  processing: 3,
  failed: 4,
}
const CAME_BY_UPLOAD = 1
const CAME_BY_PULL = 3
const ORIGINAL = { clarity: 1, serverType: -1 }
const PC = 0

/** Assets as getVideoList and the notifications show them: docs/dialects/cloudv.md#getvideolist. */
export async function videoItems(services: Services, projectId: ProjectId, views: readonly AssetView[]) {
  const ids = views.map(({ asset }) => asset.id)
  const names = await services.names.ensure(projectId, VIDEO_ID, ids, (id) => videoIdOf(id as AssetId))
  const filed = await services.categories.ofAssets(ids)
  const tree = await services.categories.tree(projectId)
  const namesOf = (categories: readonly CategoryId[]): string =>
    categories.flatMap((id) => tree.get(id)?.name ?? []).join(',')
  return views.map((view) =>
    videoItem(services, view, {
      videoId: names.get(view.asset.id) ?? videoIdOf(view.asset.id),
      videoClassification: namesOf(filed.get(view.asset.id) ?? []),
    }),
  )
}

type Labels = Readonly<{ videoId: string; videoClassification: string }>

function videoItem(services: Services, view: AssetView, { videoId, videoClassification }: Labels) {
  const { asset, source, renditions, status } = view
  const sizeBytes = renditions.reduce((sum, rendition) => sum + rendition.sizeBytes, source?.sizeBytes ?? 0)
  const own = (name: string): string => asset.metadata[`cloudv.${name}`] ?? ''
  return {
    videoName: asset.title,
    videoId,
    createUser: asset.ownerId ?? '',
    encrypt: source?.treatment?.encryption === undefined ? 0 : 1,
    videoSize: String(sizeBytes),
    videoDuration: String(Math.round((source?.media?.durationMs ?? 0) / 1_000)),
    createTime: timeText(asset.createdAtMs),
    uploadTime: source === undefined ? '' : timeText(source.createdAtMs),
    updateTime: timeText(asset.updatedAtMs),
    videoDescription: asset.description,
    videoClassification,
    imageUrl: playAddresses(services, view).poster,
    publishDomain: own('domain'),
    playerName: '',
    playerId: own('playerId'),
    videoState: asset.isEnabled ? 0 : 1,
    transcodeState: TRANSCODED[view.isChanging ? 'processing' : status.state],
    videoSourceCode: own('source') === 'pull' ? CAME_BY_PULL : CAME_BY_UPLOAD,
    videoResolutions: resolutions(view),
  }
}

function resolutions({ source, renditions }: AssetView) {
  if (source === undefined) return []
  const { video } = source.media ?? {}
  const original = { ...ORIGINAL, height: video?.heightPx ?? 0, width: video?.widthPx ?? 0, fileSize: source.sizeBytes }
  const made = renditions.flatMap((rendition) => {
    const clarity = clarityOf(rendition)
    const { heightPx = 0, widthPx = 0, sizeBytes } = rendition
    return clarity === undefined
      ? []
      : [{ clarity, serverType: PC, height: heightPx, width: widthPx, fileSize: sizeBytes }]
  })
  return [original, ...made]
}
