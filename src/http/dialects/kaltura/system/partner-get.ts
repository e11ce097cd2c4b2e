import { KalturaError } from '../errors.ts'
import type { Operation } from '../operation.ts'

/** The caller's own account; its secrets are not shown. */
export const partnerGet: Operation = {
  service: 'partner',
  action: 'get',
  admits: 'user',
  parameters: [{ name: 'id', type: 'int', default: 0 }],
  async run(call) {
    const own = call.session.content.partnerId
    const asked = call.number('id')
    if (asked !== 0 && asked !== own) throw new KalturaError('UNKNOWN_PARTNER_ID', { PID: String(asked) })
    return { type: 'KalturaPartner', values: { id: own, name: `Partner ${own}`, status: 1, type: 1 } }
  },
}
