import type { Rendition } from '../../../core/library/asset.ts'
import type { AssetView } from '../../../core/library/library-service.ts'
import type { Services } from '../../services.ts'
import { ApiError } from './api-error.ts'
import { apiOperation } from './api-operation.ts'
import { clarityOf, playAddresses } from './play-addresses.ts'
import { findByTaskId, findByTransNo, isOver, itemsOf, PULLING, type PullItem, type PullTask } from './pull-task.ts'
import { nameOf } from './videos.ts'

const COMPLETED = 2
const PC = 0
/** Of the file as it was pulled, and of all qualities in one. */
const ORIGINAL = { clarity: 1, serverType: 1 }

/** "Query pull": docs/dialects/cloudv.md#pullvideo. `taskId` goes before `transNo`. */
export const pullVideoQuery = apiOperation(
  '/vod/videoManage/pullVideoQuery',
  async ({ services, account, parameters }) => {
    const { projectId } = account
    const taskId = parameters.get('taskId')
    const transNo = parameters.get('transNo')
    if (!taskId && !transNo) throw new ApiError('parameterError', 'taskId or transNo is needed.')
    const task = taskId
      ? await findByTaskId(services, projectId, taskId)
      : await findByTransNo(services, projectId, transNo ?? '')
    if (task === undefined) throw new ApiError('parameterError', 'There is no such task.')
    return taskAnswer(services, task, await itemsOf(services, projectId, task))
  },
)

/** A task, or some items of it, as it stands; the notification of its end has it too. */
export async function taskAnswer(services: Services, task: PullTask, items: readonly PullItem[]) {
  return {
    taskId: task.taskId,
    transNo: task.transNo,
    timestamp: String(services.clock.now()),
    status: items.every(isOver) ? COMPLETED : PULLING,
    items: await Promise.all(items.map((item) => itemAnswer(services, item))),
  }
}

async function itemAnswer(services: Services, item: PullItem) {
  const { fileName, url, md5, pullStatus, processingStatus, view } = item
  return {
    fileName,
    fetchUrl: url,
    md5,
    pullStatus,
    cmdStatus: processingStatus,
    videoInfo: {
      videoId: view === undefined ? '' : await nameOf(services, view.asset.id),
      duration: Math.round((view?.source?.media?.durationMs ?? 0) / 1_000),
      videoFileList: view === undefined ? [] : filesOf(services, view),
    },
  }
}

/** The file itself, and each picture size that was made of it. */
function filesOf(services: Services, view: AssetView) {
  const { source, renditions } = view
  if (source === undefined) return []
  const { adaptive, addressOf } = playAddresses(services, view)
  const { video, bitRate } = source.media ?? {}
  const original = {
    ...ORIGINAL,
    bitrate: bitRate ?? 0,
    resolution: video === undefined ? '' : `${video.widthPx}x${video.heightPx}`,
    fileSize: source.sizeBytes,
    fileUrl: adaptive,
  }
  const made = renditions.flatMap((rendition: Rendition) => {
    const clarity = clarityOf(rendition)
    if (clarity === undefined) return []
    const { widthPx, heightPx, averageBandwidth, sizeBytes } = rendition
    const resolution = `${widthPx}x${heightPx}`
    const fileUrl = addressOf(rendition)
    return [{ clarity, serverType: PC, bitrate: averageBandwidth, resolution, fileSize: sizeBytes, fileUrl }]
  })
  return [original, ...made]
}
