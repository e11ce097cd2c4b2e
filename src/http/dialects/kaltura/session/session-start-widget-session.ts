import { KalturaError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { issueKs, MAX_SESSION_S } from './issue-ks.ts'
import { findPartner } from './session.ts'

/** A KS for players, which may look and not touch; anybody gets one: docs/dialects/kaltura.md#sessions. */
export const sessionStartWidgetSession: Operation = {
  service: 'session',
  action: 'startWidgetSession',
  admits: 'anyone',
  parameters: [
    { name: 'widgetId', type: 'string' },
    { name: 'expiry', type: 'int', default: MAX_SESSION_S },
  ],
  async run(call) {
    const widgetId = call.text('widgetId')
    const partnerId = /^_([1-9]\d{0,9})$/.exec(widgetId)?.[1]
    const partner = partnerId === undefined ? undefined : await findPartner(call.services, Number(partnerId))
    if (partner === undefined) throw new KalturaError('INVALID_WIDGET_ID', { WIDGET_ID: widgetId })
    const ks = issueKs(call.surroundings, partner, {
      userId: '0',
      type: 0,
      expiryS: call.number('expiry'),
      privileges: 'view:*,widget:1',
    })
    return { type: 'KalturaStartWidgetSessionResponse', values: { partnerId: partner.id, ks, userId: '0' } }
  },
}
