import { timingSafeEqual } from 'node:crypto'
import { KalturaError } from '../errors.ts'
import type { Surroundings } from '../operation.ts'
import { encodeKsV2 } from './ks.ts'
import { findPartner, type Partner } from './session.ts'

/** No session lives longer, whatever its maker asks for. Seconds. */
export const MAX_SESSION_S = 86_400

export type NewSession = Readonly<{ userId: string; type: number; expiryS: number; privileges: string }>

/** Signs a session for this partner, which ends after `expiryS` seconds or a day. */
export function issueKs({ services, random }: Surroundings, partner: Partner, wanted: NewSession): string {
  const lifeS = Math.min(Math.max(Math.trunc(wanted.expiryS), 1), MAX_SESSION_S)
  const expiresAtS = Math.floor(services.clock.now() / 1000) + lifeS
  const { userId, type, privileges } = wanted
  const content = { partnerId: partner.id, expiresAtS, type, userId, privileges }
  return encodeKsV2(content, partner.adminSecret, random.bytes(16))
}

/**
 * The partner whose secret this is. An administrator's session takes the admin secret, a user's either. Throws
 * START_SESSION_ERROR without saying what was wrong.
 */
export async function partnerBySecret(
  { services }: Surroundings,
  shown: Readonly<{ partnerId: number; secret: string; type: number }>,
): Promise<Partner> {
  const partner = await findPartner(services, shown.partnerId)
  const good = partner === undefined ? [] : [partner.adminSecret, ...(shown.type === 0 ? [partner.userSecret] : [])]
  if (partner === undefined || !good.some((secret) => isSame(secret, shown.secret))) {
    throw new KalturaError('START_SESSION_ERROR', { PID: String(shown.partnerId) })
  }
  return partner
}

function isSame(secret: string, shown: string): boolean {
  const a = Buffer.from(secret)
  const b = Buffer.from(shown)
  return secret !== '' && a.length === b.length && timingSafeEqual(a, b)
}
