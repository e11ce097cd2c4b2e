import { baseEntryAddContent, mediaAddContent } from './media/add-content.ts'
import { baseEntryGet, mediaGet } from './media/get-entry.ts'
import { mediaAdd } from './media/media-add.ts'
import { mediaCount } from './media/media-count.ts'
import { mediaDelete } from './media/media-delete.ts'
import { mediaList } from './media/media-list.ts'
import type { Operation } from './operation.ts'
import { appTokenAdd } from './session/app-token-add.ts'
import { appTokenDelete } from './session/app-token-delete.ts'
import { appTokenGet } from './session/app-token-get.ts'
import { appTokenList } from './session/app-token-list.ts'
import { appTokenStartSession } from './session/app-token-start-session.ts'
import { sessionEnd } from './session/session-end.ts'
import { sessionGet } from './session/session-get.ts'
import { sessionImpersonate } from './session/session-impersonate.ts'
import { sessionStart } from './session/session-start.ts'
import { sessionStartWidgetSession } from './session/session-start-widget-session.ts'
import { partnerGet } from './system/partner-get.ts'
import { systemGetVersion } from './system/system-get-version.ts'
import { systemPing } from './system/system-ping.ts'
import { uploadTokenAdd } from './upload-token/upload-token-add.ts'
import { uploadTokenDelete } from './upload-token/upload-token-delete.ts'
import { uploadTokenGet } from './upload-token/upload-token-get.ts'
import { uploadTokenList } from './upload-token/upload-token-list.ts'
import { uploadTokenUpload } from './upload-token/upload-token-upload.ts'

/** All there is; docs/dialects/kaltura.md says how much of each. */
const OPERATIONS: readonly Operation[] = [
  appTokenAdd,
  appTokenDelete,
  appTokenGet,
  appTokenList,
  appTokenStartSession,
  baseEntryAddContent,
  baseEntryGet,
  mediaAdd,
  mediaAddContent,
  mediaCount,
  mediaDelete,
  mediaGet,
  mediaList,
  partnerGet,
  sessionEnd,
  sessionGet,
  sessionImpersonate,
  sessionStart,
  sessionStartWidgetSession,
  systemGetVersion,
  systemPing,
  uploadTokenAdd,
  uploadTokenDelete,
  uploadTokenGet,
  uploadTokenList,
  uploadTokenUpload,
]

const BY_SERVICE = new Map<string, Map<string, Operation>>()
for (const operation of OPERATIONS) {
  const service = operation.service.toLowerCase()
  const actions = BY_SERVICE.get(service) ?? new Map<string, Operation>()
  BY_SERVICE.set(service, actions.set(operation.action.toLowerCase(), operation))
}

/** The operation of these names, whatever their case. */
export function findOperation(service: string, action: string): Operation | 'no service' | 'no action' {
  const actions = BY_SERVICE.get(service.toLowerCase())
  if (actions === undefined) return 'no service'
  return actions.get(action.toLowerCase()) ?? 'no action'
}
