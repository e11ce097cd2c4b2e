import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'

/** How files are treated is an administrator's to say. Throws SERVICE_FORBIDDEN. */
export function assertMayConvert(call: Call, action: string): void {
  if (!call.session.isAdmin) throw notAllowed(action)
}

/** Also what cannot be done to this one. */
export function notAllowed(action: string): KalturaError {
  return new KalturaError('SERVICE_FORBIDDEN', { SERVICE: `conversionprofile->${action}` })
}
