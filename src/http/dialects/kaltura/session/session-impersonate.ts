import { KalturaError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { issueKs, MAX_SESSION_S, partnerBySecret } from './issue-ks.ts'
import { findPartner } from './session.ts'

/**
 * A KS for another partner of the same project, for who knows the secret of one: docs/dialects/kaltura.md#sessions. Partners
 * of different projects know nothing of each other.
 */
export const sessionImpersonate: Operation = {
  service: 'session',
  action: 'impersonate',
  admits: 'anyone',
  parameters: [
    { name: 'secret', type: 'string' },
    { name: 'impersonatedPartnerId', type: 'int' },
    { name: 'userId', type: 'string', default: '' },
    { name: 'type', type: 'enum:KalturaSessionType', default: 0 },
    { name: 'partnerId', type: 'int', default: 0 },
    { name: 'expiry', type: 'int', default: MAX_SESSION_S },
    { name: 'privileges', type: 'string', default: '' },
  ],
  async run(call) {
    const partnerId = call.number('partnerId')
    const own = await partnerBySecret(call.surroundings, {
      partnerId,
      secret: call.text('secret'),
      type: call.number('type'),
    })
    const other = await findPartner(call.services, call.number('impersonatedPartnerId'))
    if (other?.projectId !== own.projectId) throw new KalturaError('START_SESSION_ERROR', { PID: String(partnerId) })
    return issueKs(call.surroundings, other, {
      userId: call.text('userId'),
      type: call.number('type'),
      expiryS: call.number('expiry'),
      privileges: call.text('privileges'),
    })
  },
}
