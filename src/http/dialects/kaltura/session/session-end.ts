import type { Operation } from '../operation.ts'
import { DIALECT } from './session.ts'

/** Ends the session it is called with, before its time: docs/dialects/kaltura.md#sessions. */
export const sessionEnd: Operation = {
  service: 'session',
  action: 'end',
  admits: 'session',
  parameters: [],
  async run({ services, session }) {
    await services.access.revoke(DIALECT, session.identity, session.content.expiresAtS * 1000)
    return null
  },
}
