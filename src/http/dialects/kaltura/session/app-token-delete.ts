import type { Operation } from '../operation.ts'
import { APP_TOKEN_STATUS, findAppToken, putAppToken } from './app-token.ts'
import { MAX_SESSION_S } from './issue-ks.ts'
import { DIALECT, notYours, sessionIdName } from './session.ts'

/** Deletes an application token and ends every session started with it. */
export const appTokenDelete: Operation = {
  service: 'appToken',
  action: 'delete',
  admits: 'user',
  parameters: [{ name: 'id', type: 'string' }],
  async run(call) {
    const { session, services } = call
    if (!session.isAdmin) throw notYours()
    const token = await findAppToken(services, session, call.text('id'))
    const nowMs = services.clock.now()
    await putAppToken(services, { ...token, status: APP_TOKEN_STATUS.deleted, updatedAt: Math.floor(nowMs / 1000) })
    // None of its sessions can be older than the longest there is.
    await services.access.revoke(DIALECT, sessionIdName(token.partnerId, token.id), nowMs + MAX_SESSION_S * 1000)
    return null
  },
}
