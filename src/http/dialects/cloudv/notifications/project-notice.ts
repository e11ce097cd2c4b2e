import { isDomainError } from '../../../../core/errors.ts'
import type { DomainEvent, RecordedEvent } from '../../../../core/events.ts'
import type { AssetId, ProjectId } from '../../../../core/ids.ts'
import type { AssetView } from '../../../../core/library/library-service.ts'
import type { Services } from '../../../services.ts'
import { accountOfProject } from '../access.ts'
import { apiSuccess } from '../api-error.ts'
import { audioItems, materialItems } from '../file-items.ts'
import { AUDIO_ID, MATERIAL_ID } from '../file-kinds.ts'
import { seconds } from '../times.ts'
import { videoItems } from '../video-item.ts'
import { nameOf } from '../videos.ts'
import { taskOf } from '../workflow-task.ts'

const DONE = 3
const FAILED = 4

/** What happened in a project, for the receiver that the vendor's console calls "Callbacks". */
export async function projectNotice(services: Services, recorded: RecordedEvent): Promise<string | undefined> {
  const { event, projectId } = recorded
  switch (event.type) {
    case 'upload.completed': {
      const view = event.assetId && (await viewOf(services, event.assetId))
      return view && JSON.stringify(apiSuccess(await uploadDone(services, view, projectId)))
    }
    case 'asset.ready':
    case 'asset.failed': {
      const view = await viewOf(services, event.assetId)
      // Of files that are kept as they came there is nothing to tell.
      return view && kindOf(view) === undefined
        ? JSON.stringify(await workflowDone(services, view, recorded, event))
        : undefined
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

function kindOf({ asset }: AssetView): string | undefined {
  return asset.metadata['cloudv.kind']
}

/** The answer of the list that it is in, for this file. */
async function uploadDone(services: Services, view: AssetView, projectId: ProjectId) {
  const account = await accountOfProject(services, projectId)
  if (account !== undefined && kindOf(view) === MATERIAL_ID) {
    return { total: 1, materialList: await materialItems(services, account, [view]) }
  }
  if (account !== undefined && kindOf(view) === AUDIO_ID) {
    return { audioTotal: 1, audioGetListResponseList: await audioItems(services, account, [view]) }
  }
  const videoListInfo = await videoItems(services, projectId, [view])
  return { videoTotal: videoListInfo.length, videoListInfo }
}

type Processed = Extract<DomainEvent, { type: 'asset.ready' | 'asset.failed' }>

async function workflowDone(
  services: Services,
  { asset }: AssetView,
  { id, atMs, projectId }: RecordedEvent,
  { type, sourceId }: Processed,
) {
  const videoId = await nameOf(services, asset.id)
  const version = (await services.versions.list(projectId, asset.id)).find((one) => one.id === sourceId)
  const upload = version && (await services.uploads.get(projectId, version.uploadId)).upload
  const task = upload && taskOf(upload)
  const own = (name: string): string => asset.metadata[`cloudv.${name}`] ?? ''
  const data = {
    id: task?.id ?? sourceId,
    state: type === 'asset.ready' ? DONE : FAILED,
    workflowId: task?.workflowId ?? own('workflowId'),
    targetId: videoId,
    transNo: task?.transNo ?? own('transNo'),
    output: [{ targetId: videoId }],
    startTime: seconds(version?.createdAtMs ?? atMs),
    finishTime: seconds(atMs),
  }
  // The vendor has JSON in a text here.
  return { eventId: id, eventCode: 'WORKFLOW_FINISH', data: JSON.stringify(data) }
}
