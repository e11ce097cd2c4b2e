import { isDomainError } from '../../../../core/errors.ts'
import type { RecordedEvent } from '../../../../core/events.ts'
import type { AssetId } from '../../../../core/ids.ts'
import type { AssetView } from '../../../../core/library/library-service.ts'
import type { Services } from '../../../services.ts'
import { seconds } from '../times.ts'
import { videoItems } from '../video-item.ts'
import { nameOf } from '../videos.ts'

const DONE = 3
const FAILED = 4

/** What happened in a project, for the receiver that the vendor's console calls "Callbacks". */
export async function projectNotice(services: Services, recorded: RecordedEvent): Promise<string | undefined> {
  const { event, projectId } = recorded
  switch (event.type) {
    case 'upload.completed': {
      const view = event.assetId && (await viewOf(services, event.assetId))
      return view && JSON.stringify(await uploadDone(services, view, projectId))
    }
    case 'asset.ready':
    case 'asset.failed': {
      const view = await viewOf(services, event.assetId)
      return view && JSON.stringify(await workflowDone(services, view, recorded))
    }
    default:
      return undefined
  }
}

/** Deleted meanwhile: there is nothing to tell. */
async function viewOf({ library }: Services, assetId: AssetId): Promise<AssetView | undefined> {
  return library.find(assetId).catch((error: unknown) => {
    if (isDomainError(error, 'not_found')) return undefined
    throw error
  })
}

/** The answer of getVideoList, for this video. */
async function uploadDone(services: Services, view: AssetView, projectId: RecordedEvent['projectId']) {
  const videoListInfo = await videoItems(services, projectId, [view])
  return { code: 200, message: 'Operation successfully', data: { videoTotal: videoListInfo.length, videoListInfo } }
}

async function workflowDone(services: Services, view: AssetView, { id, atMs, event }: RecordedEvent) {
  const videoId = await nameOf(services, view.asset.id)
  const own = (name: string): string => view.asset.metadata[`cloudv.${name}`] ?? ''
  const data = {
    id: view.source?.id ?? '',
    state: event.type === 'asset.ready' ? DONE : FAILED,
    workflowId: own('workflowId'),
    targetId: videoId,
    transNo: own('transNo'),
    output: [{ targetId: videoId }],
    startTime: seconds(view.source?.createdAtMs ?? atMs),
    finishTime: seconds(atMs),
  }
  // The vendor has JSON in a text here.
  return { eventId: id, eventCode: 'WORKFLOW_FINISH', data: JSON.stringify(data) }
}
