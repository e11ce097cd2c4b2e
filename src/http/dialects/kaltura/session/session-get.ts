import type { Operation } from '../operation.ts'
import type { KalturaObject } from '../schema/wire-value.ts'
import { invalidKs, sessionOf } from './session.ts'

/** What a KS of the same partner says; its own where none is named: docs/dialects/kaltura.md#sessions. */
export const sessionGet: Operation = {
  service: 'session',
  action: 'get',
  admits: 'session',
  parameters: [{ name: 'session', type: 'string', default: '' }],
  async run(call) {
    const asked = call.text('session')
    const { content } = asked === '' ? call.session : await sessionOf(call.services, asked)
    if (content.partnerId !== call.session.content.partnerId) throw invalidKs('INVALID_PARTNER')
    return {
      type: 'KalturaSessionInfo',
      values: {
        sessionType: content.type,
        partnerId: content.partnerId,
        userId: content.userId,
        expiry: content.expiresAtS,
        privileges: content.privileges,
      },
    } satisfies KalturaObject
  },
}
