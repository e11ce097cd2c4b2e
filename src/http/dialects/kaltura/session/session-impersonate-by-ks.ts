import { KalturaError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { issueKs } from './issue-ks.ts'
import { findPartner, sessionOf } from './session.ts'

/**
 * A session like another one that is still good, of this partner or another of the same project: what is stated differs. It
 * is an administrator's to make. Throws START_SESSION_ERROR.
 */
export const sessionImpersonateByKs: Operation = {
  service: 'session',
  action: 'impersonateByKs',
  admits: 'user',
  parameters: [
    { name: 'session', type: 'string' },
    { name: 'type', type: 'enum:KalturaSessionType', default: null },
    { name: 'expiry', type: 'int', default: null },
    { name: 'privileges', type: 'string', default: '' },
  ],
  async run(call) {
    const { services, session, surroundings } = call
    const refused = new KalturaError('START_SESSION_ERROR', { PID: String(session.content.partnerId) })
    if (!session.isAdmin) throw refused
    const old = await sessionOf(services, call.text('session')).catch((cause: unknown) => {
      throw cause instanceof KalturaError ? refused : cause
    })
    const partner = await findPartner(services, old.content.partnerId)
    if (partner === undefined || partner.projectId !== session.projectId) throw refused
    const { userId, expiresAtS } = old.content
    const nowS = Math.floor(services.clock.now() / 1000)
    const type = call.states('type') ? call.number('type') : old.content.type
    const privileges = call.text('privileges') || old.content.privileges
    const ks = issueKs(surroundings, partner, {
      ...{ userId, type, privileges },
      expiryS: call.states('expiry') ? call.number('expiry') : expiresAtS - nowS,
    })
    const { content } = await sessionOf(services, ks)
    return {
      type: 'KalturaSessionInfo',
      values: { ks, sessionType: type, partnerId: partner.id, userId, expiry: content.expiresAtS, privileges },
    }
  },
}
