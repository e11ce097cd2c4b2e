import { createHash, timingSafeEqual } from 'node:crypto'
import { KalturaError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { APP_TOKEN_STATUS, type AppToken, findAppToken } from './app-token.ts'
import { issueKs } from './issue-ks.ts'
import { Privileges } from './privileges.ts'
import { RESERVED_PRIVILEGES } from './reserved-privileges.ts'
import { findPartner, sessionOf } from './session.ts'

/** A session for an application that proves it knows the token: docs/dialects/kaltura.md#sessions. */
export const appTokenStartSession: Operation = {
  service: 'appToken',
  action: 'startSession',
  admits: 'session',
  parameters: [
    { name: 'id', type: 'string' },
    { name: 'tokenHash', type: 'string' },
    { name: 'userId', type: 'string', default: '' },
    { name: 'type', type: 'enum:KalturaSessionType', default: null },
    { name: 'expiry', type: 'int', default: 0 },
    { name: 'sessionPrivileges', type: 'string', default: '' },
  ],
  async run(call) {
    const { session, services } = call
    const token = await findAppToken(services, session, call.text('id'))
    if (token.status !== APP_TOKEN_STATUS.active) throw new KalturaError('APP_TOKEN_NOT_ACTIVE', { ID: token.id })
    const nowS = Math.floor(services.clock.now() / 1000)
    if (token.expiry > 0 && token.expiry <= nowS) throw new KalturaError('APP_TOKEN_EXPIRED', { ID: token.id })
    if (!proves(call.text('tokenHash'), session.ks, token)) throw new KalturaError('INVALID_APP_TOKEN_HASH')
    const partner = await findPartner(services, token.partnerId)
    if (partner === undefined) throw new KalturaError('APP_TOKEN_ID_NOT_FOUND', { ID: token.id })
    const asked = call.number('expiry')
    const leftS = token.expiry > 0 ? token.expiry - nowS : Number.POSITIVE_INFINITY
    const ks = issueKs(call.surroundings, partner, {
      userId: token.sessionUserId || call.text('userId'),
      type: token.sessionType,
      expiryS: Math.min(asked > 0 ? asked : token.sessionDuration, token.sessionDuration, leftS),
      privileges: privilegesOf(token, call.text('sessionPrivileges')),
    })
    const { content } = await sessionOf(services, ks)
    return {
      type: 'KalturaSessionInfo',
      values: {
        ks,
        sessionType: content.type,
        partnerId: content.partnerId,
        userId: content.userId,
        expiry: content.expiresAtS,
        privileges: content.privileges,
      },
    }
  },
}

/** The hash covers the KS the call is made with, so it cannot be used with another. */
function tokenHash(hashType: string, ks: string, token: string): string {
  return createHash(hashType.toLowerCase()).update(ks).update(token).digest('hex')
}

function proves(shown: string, ks: string, { hashType, token }: AppToken): boolean {
  const expected = Buffer.from(tokenHash(hashType, ks, token))
  const given = Buffer.from(shown.toLowerCase())
  return expected.length === given.length && timingSafeEqual(expected, given)
}

/** The token's own; a caller adds only what neither the token nor the server decides. */
function privilegesOf(token: AppToken, asked: string): string {
  const own = new Privileges(token.sessionPrivileges)
  const added = asked.split(',').filter((item) => {
    const [name = ''] = new Privileges(item).names()
    return name !== '' && !RESERVED_PRIVILEGES.has(name.toLowerCase()) && !own.has(name)
  })
  return [`sessionid:${token.id}`, `apptoken:${token.id}`, token.sessionPrivileges, ...added]
    .filter((item) => item !== '')
    .join(',')
}
