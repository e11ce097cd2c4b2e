import type { AssetView } from '../../../core/library/library-service.ts'
import type { Upload } from '../../../core/uploads/upload.ts'
import type { EventType } from '../../../core/webhooks/endpoint.ts'
import type { ApiCall } from './api-operation.ts'
import { FORMAT, type NotifySettings } from './notifications/settings.ts'
import type { PullTask } from './pull-task.ts'

const END_OF_DELETION: readonly EventType[] = ['asset.deleted']
const END_OF_PULL: readonly EventType[] = [
  'asset.ready',
  'asset.failed',
  'asset.deleted',
  'upload.failed',
  'upload.expired',
  'upload.deleted',
]

/** `notifyUrl` of a call; undefined when absent or empty. Throws invalid_argument for what cannot be told anything. */
export function readNotifyUrl({ services, parameters }: ApiCall): string | undefined {
  const url = parameters.get('notifyUrl')
  if (!url) return undefined
  services.requests.assertAddress(url)
  return url
}

/** Tells `notifyUrl` once the video is gone; asked for before that. */
export async function notifyOfDeletion(
  { services }: ApiCall,
  about: Readonly<{ view: AssetView; videoId: string; taskId: string; notifyUrl: string }>,
): Promise<void> {
  const { view, videoId, taskId, notifyUrl } = about
  const { id: subjectId, projectId } = view.asset
  const settings: NotifySettings = { what: 'deletion', taskId, videoId }
  const once = { format: FORMAT, url: notifyUrl, subjectId, isOneShot: true, settings }
  await services.webhooks.create({ projectId, ...once, eventTypes: END_OF_DELETION })
}

/** Tells `notifyUrl` once this file of the task is there and was processed, or once all of them are. */
export async function notifyOfPull(
  { services }: ApiCall,
  about: Readonly<{ upload: Upload; task: PullTask; notifyUrl: string; isSeparate: boolean }>,
): Promise<void> {
  const { upload, task, notifyUrl, isSeparate } = about
  const settings: NotifySettings = { what: 'pull', taskId: task.taskId, isSeparate }
  const once = { format: FORMAT, url: notifyUrl, subjectId: upload.assetId, isOneShot: true, settings }
  await services.webhooks.create({ projectId: upload.projectId, ...once, eventTypes: END_OF_PULL })
}
