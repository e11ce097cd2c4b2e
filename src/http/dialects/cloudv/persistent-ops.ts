import { createHash } from 'node:crypto'
import type { ProjectId } from '../../../core/ids.ts'
import type { EventType } from '../../../core/webhooks/endpoint.ts'
import type { Services } from '../../services.ts'
import { FORMAT, type NotifySettings } from './notifications/settings.ts'
import { type Processing, templateCalled, workflowCalled } from './processing.ts'
import type { PutPolicy } from './put-policy.ts'
import type { Grant } from './upload-access.ts'
import type { Video } from './videos.ts'

const END: readonly EventType[] = ['asset.ready', 'asset.failed', 'asset.deleted']
/** Each is a receiver of its own where they are told of one by one. */
const MOST_TOLD = 20

/** What the operations of a token come to here: those that are the key or the name of a workflow or a profile count. */
export async function processingByOps(
  services: Services,
  projectId: ProjectId,
  { persistentOps }: PutPolicy,
): Promise<Processing> {
  let [workflowKey, profileKey]: (string | undefined)[] = []
  for (const operation of persistentOps) {
    const [word = ''] = operation.trim().split('|')
    workflowKey ??= await workflowCalled(services, projectId, word)
    profileKey ??= await templateCalled(services, projectId, word)
  }
  return { workflowKey, profileKey }
}

/** What `$(persistentId)` is, the same each time it is asked about the same file; empty without operations. */
export function persistentIdOf({ persistentOps }: PutPolicy, file: string): string {
  if (persistentOps.length === 0) return ''
  return createHash('sha256').update(`persistent ${file}`).digest('hex').slice(0, 32)
}

/** Tells the address in the token once the file was processed; asked for before it is there. */
export async function notifyOfOps(services: Services, grant: Grant, video: Video, persistentId: string): Promise<void> {
  const { persistentOps, persistentNotifyUrl: url, separate, bucket } = grant.policy
  if (url === undefined || persistentOps.length === 0) return
  const told = separate ? persistentOps.slice(0, MOST_TOLD).map((operation) => [operation]) : [persistentOps]
  for (const operations of told) {
    const settings: NotifySettings = { what: 'operations', persistentId, bucket, key: video.key, operations }
    const once = { format: FORMAT, url, subjectId: video.assetId, isOneShot: true, settings }
    await services.webhooks.create({ projectId: video.projectId, ...once, eventTypes: END })
  }
}
