import type { Operation } from '../operation.ts'
import { findAppToken, toAppToken } from './app-token.ts'
import { notYours } from './session.ts'

/** One application token; an administrator's to see. */
export const appTokenGet: Operation = {
  service: 'appToken',
  action: 'get',
  admits: 'user',
  parameters: [{ name: 'id', type: 'string' }],
  async run(call) {
    if (!call.session.isAdmin) throw notYours()
    return toAppToken(await findAppToken(call.services, call.session, call.text('id')))
  },
}
