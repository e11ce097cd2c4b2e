import type { RecordedEvent } from '../../../../core/events.ts'
import { urlSafe } from '../etag.ts'
import type { NotifySettings } from './settings.ts'

const DONE = { code: 3, desc: 'The file was processed.' }
const FAILED = { code: 4, desc: 'The file could not be processed.' }

/** The end of what a token asked for with `persistentOps`, in url-safe base64. */
export function operationsNotice(
  { event }: RecordedEvent,
  { persistentId, bucket, key, operations }: NotifySettings & Readonly<{ what: 'operations' }>,
): string {
  const end = event.type === 'asset.ready' ? DONE : FAILED
  const items = operations.map((cmd) => ({ cmd, ...end }))
  return urlSafe(JSON.stringify({ id: persistentId, ...end, inputbucket: bucket, inputkey: key, items }))
}
