import type { Operation } from '../operation.ts'
import { issueKs, MAX_SESSION_S, partnerBySecret } from './issue-ks.ts'

/** A KS for whoever knows the secret: docs/dialects/kaltura.md#sessions. */
export const sessionStart: Operation = {
  service: 'session',
  action: 'start',
  admits: 'anyone',
  parameters: [
    { name: 'secret', type: 'string' },
    { name: 'userId', type: 'string', default: '' },
    { name: 'type', type: 'enum:KalturaSessionType', default: 0 },
    { name: 'partnerId', type: 'int', default: 0 },
    { name: 'expiry', type: 'int', default: MAX_SESSION_S },
    { name: 'privileges', type: 'string', default: '' },
  ],
  async run(call) {
    const type = call.number('type')
    const shown = { partnerId: call.number('partnerId'), secret: call.text('secret'), type }
    const partner = await partnerBySecret(call.surroundings, shown)
    return issueKs(call.surroundings, partner, {
      userId: call.text('userId'),
      type,
      expiryS: call.number('expiry'),
      privileges: call.text('privileges'),
    })
  },
}
