import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'

export const SERVICE = 'eventnotification_eventnotificationtemplate'

/** Who is told what is an administrator's to decide. Throws SERVICE_FORBIDDEN. */
export function assertAdmin(call: Call, action: string): void {
  if (!call.session.isAdmin) throw new KalturaError('SERVICE_FORBIDDEN', { SERVICE: `${SERVICE}->${action}` })
}
