import type { Operation } from '../operation.ts'
import { assertUnchanged } from '../schema/cast.ts'
import { findAppToken, putAppToken, toAppToken } from './app-token.ts'
import { notYours } from './session.ts'

/** Changes what an application token gives from now on; sessions it has started stay as they are. */
export const appTokenUpdate: Operation = {
  service: 'appToken',
  action: 'update',
  admits: 'user',
  parameters: [
    { name: 'id', type: 'string' },
    { name: 'appToken', type: 'object:KalturaAppToken', purpose: 'update' },
  ],
  async run(call) {
    const { session, services } = call
    if (!session.isAdmin) throw notYours()
    const token = await findAppToken(services, session, call.text('id'))
    const sent = call.object('appToken')
    if (sent !== undefined) assertUnchanged(sent, toAppToken(token).values)
    const stated = Object.entries(sent?.values ?? {}).filter(([, value]) => value !== undefined && value !== null)
    const nowS = Math.floor(services.clock.now() / 1000)
    const changed = { ...token, ...Object.fromEntries(stated), updatedAt: nowS }
    await putAppToken(services, changed)
    return toAppToken(changed)
  },
}
