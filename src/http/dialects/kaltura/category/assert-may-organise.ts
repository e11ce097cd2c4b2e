import { KalturaError } from '../errors.ts'
import type { Call } from '../operation.ts'

/** The tree is an administrator's to change. Throws SERVICE_FORBIDDEN. */
export function assertMayOrganise(call: Call, action: string): void {
  if (!call.session.isAdmin) throw new KalturaError('SERVICE_FORBIDDEN', { SERVICE: `category->${action}` })
}
