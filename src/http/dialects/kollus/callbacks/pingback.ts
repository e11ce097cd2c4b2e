import type { ChannelId, ProjectId } from '../../../../core/ids.ts'
import type { EventType } from '../../../../core/webhooks/endpoint.ts'
import type { Services } from '../../../services.ts'
import { KOLLUS_FORMAT } from './kollus-format.ts'

/** What a channel's URL is told of. */
const CHANNEL_EVENTS: readonly EventType[] = ['placement.created', 'placement.deleted', 'placement.replaced']
const MOST = 500

export type Pingback = Readonly<{ url: string; isActive: boolean }>

/** Where each channel's adds and deletes are told, and whether they are. */
export async function pingbacks({ webhooks }: Services, projectId: ProjectId): Promise<ReadonlyMap<string, Pingback>> {
  const found = new Map<string, Pingback>()
  for (let after: string | undefined; ; ) {
    const page = await webhooks.list(projectId, { format: KOLLUS_FORMAT }, { limit: MOST, after })
    for (const { channelId, url, state } of page) {
      if (channelId !== undefined) found.set(channelId, { url, isActive: state === 'active' })
    }
    if (page.length < MOST) return found
    after = page.at(-1)?.id
  }
}

/**
 * Sets a channel's callback; absent members stay as they are. One that has an address is told unless it is switched
 * off. Throws invalid_argument for an address that may not be called.
 */
export async function setPingback(
  { webhooks }: Services,
  projectId: ProjectId,
  channelId: ChannelId,
  { url, isActive }: Readonly<{ url: string | undefined; isActive: boolean | undefined }>,
): Promise<void> {
  const [known] = await webhooks.list(projectId, { format: KOLLUS_FORMAT, channelId }, { limit: 1 })
  const change = { ...(url !== undefined && { url }), ...(isActive !== undefined && { isActive }) }
  if (known !== undefined) {
    if (Object.keys(change).length > 0) await webhooks.update(projectId, known.id, change)
    return
  }
  if (url === undefined) return
  await webhooks.create({ projectId, format: KOLLUS_FORMAT, url, channelId, eventTypes: CHANNEL_EVENTS, isActive })
}
