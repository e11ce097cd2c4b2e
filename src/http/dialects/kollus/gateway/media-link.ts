import type { FastifyPluginAsync } from 'fastify'
import { DomainError, isDomainError } from '../../../../core/errors.ts'
import type { Services } from '../../../services.ts'
import { failAs } from '../errors.ts'
import { type KollusParameters, readParameters } from '../parameters.ts'
import { v0Result } from '../wire/answers.ts'
import { readRequired } from '../wire/flags.ts'
import { v0 } from '../wire/operation.ts'
import { placementKeyOf, signPlayJwt } from './play-jwt.ts'
import { isSameSecret } from './same-secret.ts'

const DEFAULT_EXPIRE_TIME_S = 7_200
/** A month. */
const MAX_EXPIRE_TIME_S = 31 * 24 * 60 * 60

/**
 * A token for `/s?key=` and `/sr?key=`, made here for clients that do not sign their own. The vendor calls it deprecated.
 * Its PHP SDK shows the security key and no access token, so that the content says whose account it is.
 * Source: docs/dialects/kollus.md#playback.
 */
export const mediaLink: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const link = async (parameters: KollusParameters, viewer: string): Promise<string> => {
    const guess = readRequired(parameters, 'security_key')
    const mediaContentKey = readRequired(parameters, 'media_content_key')
    const accounts = await accountsOf(services, placementKeyOf(mediaContentKey))
    const account = accounts.find(({ secrets }) => isSameSecret(secrets['securityKey'] ?? '', guess))
    // One answer for both, so that nobody finds out which keys there are.
    if (account === undefined) throw new DomainError('forbidden', 'The security_key is not that of this content.')
    const expiresAtMs = services.clock.now() + expireTimeS(parameters.get('expire_time')) * 1000
    const profileKey = parameters.get('media_profile_key')
    const claims = { clientUserId: parameters.get(viewer), expiresAtMs, entries: [{ mediaContentKey, profileKey }] }
    return signPlayJwt(claims, account.secrets['securityKey'] ?? '')
  }
  for (const [name, viewer] of [
    ['get_media_link_by_userid', 'client_user_id'],
    ['get_media_link_by_userkey', 'user_key'],
  ] as const) {
    for (const url of v0('POST', `media_auth/media_token/${name}`).paths) {
      app.post(url, { schema: { hide: true }, errorHandler: failAs('v0') }, async (request) => {
        const parameters = await readParameters(request, services.clock)
        return v0Result({ media_token: await link(parameters, viewer) })
      })
    }
  }
}

/** The accounts that a content is published by; none where there is no such content. */
async function accountsOf({ placements, access }: Services, key: string) {
  const placement = await placements.getByKey(key).catch((error: unknown) => {
    if (!isDomainError(error, 'not_found')) throw error
  })
  return placement === undefined ? [] : access.credentialsOf(placement.projectId, 'kollus')
}

function expireTimeS(text: string | undefined): number {
  if (text === undefined) return DEFAULT_EXPIRE_TIME_S
  const seconds = /^\d{1,8}$/.test(text) ? Number(text) : 0
  if (seconds >= 1 && seconds <= MAX_EXPIRE_TIME_S) return seconds
  throw new DomainError(
    'invalid_argument',
    `expire_time must be a whole number from 1 to ${MAX_EXPIRE_TIME_S} seconds.`,
  )
}
