import type { RecordedEvent } from '../../../../core/events.ts'
import type { Services } from '../../../services.ts'
import { urlSafe } from '../etag.ts'
import { findByTaskId, isOver, itemsOf } from '../pull-task.ts'
import { taskAnswer } from '../pull-video-query.ts'
import type { NotifySettings } from './settings.ts'

/**
 * The end of a pull, as pullVideoQuery shows it, in url-safe base64. Undefined while something of it is still under way.
 * Where the last two files of a task end at the same moment, each may tell of it.
 */
export async function pullNotice(
  services: Services,
  { projectId, event }: RecordedEvent,
  { taskId, isSeparate }: NotifySettings & Readonly<{ what: 'pull' }>,
): Promise<string | undefined> {
  const task = await findByTaskId(services, projectId, taskId)
  if (task === undefined) return undefined
  const all = await itemsOf(services, projectId, task)
  const assetId = 'assetId' in event ? event.assetId : undefined
  const items = isSeparate ? all.filter((item) => item.assetId === assetId) : all
  if (items.length === 0 || !items.every(isOver)) return undefined
  return urlSafe(JSON.stringify(await taskAnswer(services, task, items)))
}
