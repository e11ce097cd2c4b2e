import type { Operation } from '../operation.ts'
import { APP_TOKEN_STATUS, type AppToken, putAppToken, toAppToken } from './app-token.ts'
import { MAX_SESSION_S } from './issue-ks.ts'
import { notYours } from './session.ts'

/** Makes an application token; an administrator's to do. */
export const appTokenAdd: Operation = {
  service: 'appToken',
  action: 'add',
  admits: 'user',
  parameters: [{ name: 'appToken', type: 'object:KalturaAppToken', purpose: 'add' }],
  async run(call) {
    const { session, services, surroundings } = call
    if (!session.isAdmin) throw notYours()
    const sent = call.object('appToken')?.values ?? {}
    const text = (name: string): string => (typeof sent[name] === 'string' ? sent[name] : '')
    const number = (name: string): number => (typeof sent[name] === 'number' ? sent[name] : 0)
    const nowS = Math.floor(services.clock.now() / 1000)
    const token: AppToken = {
      id: `0_${hex(surroundings.random.bytes(8))}`,
      projectId: session.projectId,
      partnerId: session.content.partnerId,
      token: hex(surroundings.random.bytes(16)),
      status: APP_TOKEN_STATUS.active,
      expiry: number('expiry'),
      sessionType: number('sessionType'),
      sessionUserId: text('sessionUserId'),
      sessionDuration: number('sessionDuration') || MAX_SESSION_S,
      sessionPrivileges: text('sessionPrivileges'),
      hashType: text('hashType') || 'SHA1',
      description: text('description'),
      createdAt: nowS,
      updatedAt: nowS,
    }
    await putAppToken(services, token)
    return toAppToken(token)
  },
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
