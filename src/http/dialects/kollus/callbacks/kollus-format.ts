import type { AssetSnapshot, DomainEvent } from '../../../../core/events.ts'
import type { AssetId, ProjectId } from '../../../../core/ids.ts'
import { assetSnapshot } from '../../../../core/library/asset-snapshot.ts'
import type { Repositories } from '../../../../core/ports/unit-of-work.ts'
import type { DeliveryPolicy } from '../../../../core/webhooks/delivery-policy.ts'
import type { WebhookFormat } from '../../../../core/webhooks/format.ts'
import { channelKey, derivedUploadFileKey } from '../keys.ts'
import { UPLOAD_FILE_KEY } from '../upload-file-key.ts'
import { wireProfileKey } from '../wire/profile-key.ts'

const SECOND_MS = 1_000
const RETRY_MS = 5 * 60 * SECOND_MS

/** Between the keys of several profiles. */
const SEVERAL = '|'

/** Stored with endpoints. */
export const KOLLUS_FORMAT = 'kollus'

/** Source: docs/dialects/kollus.md#callbacks. */
export const KOLLUS_POLICY: DeliveryPolicy = {
  connectTimeoutMs: 2 * SECOND_MS,
  responseTimeoutMs: 3 * SECOND_MS,
  isSuccess: (status) => status === 200,
  retryDelaysMs: [RETRY_MS, RETRY_MS, RETRY_MS],
  jitter: 0,
  heedsRetryAfter: false,
  goneStatus: undefined,
  disableAfterMs: undefined,
  maxInFlight: 4,
}

type Fields = Readonly<Record<string, string>>

/** One asset as its receivers know it. */
type Subject = Readonly<{ uploadFileKey: string; title: string; fileName: string; folder: string }>

/** Kollus' platform callbacks: URL-encoded forms, which carry neither a signature nor a secret. */
export function kollusFormat({ read }: Readonly<{ read: Repositories }>): WebhookFormat {
  return {
    name: KOLLUS_FORMAT,
    policy: KOLLUS_POLICY,
    async render({ projectId, event }, { url }) {
      const fields = await fieldsOf(event, { read, projectId })
      if (fields === undefined) return undefined
      const [account] = await read.credentials.listForProject(projectId, 'kollus')
      const contentProviderKey = account?.secrets['serviceAccountKey'] ?? ''
      const { profile_key: profileKeys, ...rest } = fields
      const wire = (keys: string) => keys.split(SEVERAL).map((key) => key && wireProfileKey(contentProviderKey, key))
      const form = {
        content_provider_key: contentProviderKey,
        ...rest,
        ...(profileKeys !== undefined && { profile_key: wire(profileKeys).join(SEVERAL) }),
      }
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      return { method: 'POST', url, headers, body: new URLSearchParams(form).toString() }
    },
  }
}

type Context = Readonly<{ read: Repositories; projectId: ProjectId }>

/** Undefined for what Kollus tells nobody. `profile_key` is in our words yet. */
async function fieldsOf(event: DomainEvent, context: Context): Promise<Fields | undefined> {
  switch (event.type) {
    case 'upload.completed':
    case 'asset.ready':
    case 'asset.failed': {
      const subject = event.assetId && (await currentSubject(event.assetId, context))
      if (!subject) return undefined
      const { uploadFileKey: upload_file_key, fileName: filename } = subject
      // No update_type here: receivers tell these from the others by its absence.
      if (event.type === 'upload.completed') return { full_filename: fullName(subject), filename, upload_file_key }
      const transcoding_result = event.type === 'asset.ready' ? 'success' : 'fail'
      return { filename, upload_file_key, transcoding_result }
    }
    case 'asset.updated': {
      const subject = await currentSubject(event.assetId, context)
      return subject && { ...(await firstPlace(event.assetId, context)), ...contentFields(subject, 'update') }
    }
    case 'asset.deleted':
      // Written by an earlier release when it has no snapshot.
      return event.asset && { ...NOWHERE, ...contentFields(subjectOf(event.assetId, event.asset), 'delete') }
    case 'placement.created':
    case 'placement.deleted':
    case 'placement.replaced':
      return {
        media_content_key: event.key,
        channel_key: channelKey(event.channelId),
        channel_name: event.channelName,
        profile_key: await profileKeysOf(event.assetId, context),
        ...contentFields(subjectOf(event.assetId, event.asset), UPDATE_TYPES[event.type]),
      }
    default:
      return undefined
  }
}

const UPDATE_TYPES = {
  'placement.created': 'add',
  'placement.deleted': 'delete',
  'placement.replaced': 'update',
} as const

const NOWHERE = { media_content_key: '', channel_key: '', channel_name: '', profile_key: '' } as const

/** Receivers take `filename` for the title of what is published. */
function contentFields(subject: Subject, updateType: 'add' | 'delete' | 'update'): Fields {
  const { uploadFileKey: upload_file_key, title } = subject
  return { full_filename: fullName(subject), filename: title, upload_file_key, update_type: updateType }
}

function fullName({ folder, fileName }: Subject): string {
  return `${folder}/${fileName}`
}

function subjectOf(id: AssetId, { names, title, fileName, categoryPath }: AssetSnapshot): Subject {
  const folder = categoryPath.map((name) => `/${name}`).join('')
  return { uploadFileKey: names[UPLOAD_FILE_KEY] ?? derivedUploadFileKey(id), title, fileName, folder }
}

/** Undefined when it is gone by now. */
async function currentSubject(id: AssetId, { read }: Context): Promise<Subject | undefined> {
  const asset = await read.assets.find(id)
  return asset && subjectOf(id, await assetSnapshot(read, asset))
}

/** Where an asset was published first, of which the vendor tells when its metadata changes. */
async function firstPlace(id: AssetId, context: Context): Promise<Fields> {
  const { read, projectId } = context
  const [placement] = await read.placements.ofAssets([id])
  const channel = placement && (await read.channels.get(projectId, placement.channelId))
  if (placement === undefined || channel === undefined) return NOWHERE
  return {
    media_content_key: placement.key,
    channel_key: channelKey(channel.id),
    channel_name: channel.name,
    profile_key: await profileKeysOf(id, context),
  }
}

/** Of what plays: the profile that it came with, and those that it was encoded by later. */
async function profileKeysOf(id: AssetId, { read }: Context): Promise<string> {
  const asset = await read.assets.find(id)
  const source = asset?.currentSourceId && (await read.sources.get(asset.currentSourceId))
  const { profileKey, further = [] } = source?.treatment ?? {}
  if (profileKey === undefined) return ''
  const later = further.filter(({ made = [] }) => made.length > 0)
  return [profileKey, ...later.map((one) => one.profileKey)].join(SEVERAL)
}
