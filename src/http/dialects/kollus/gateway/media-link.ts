import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import type { Services } from '../../../services.ts'
import { findPlacement } from '../channels/get-channel-content.ts'
import { v0Result } from '../wire/answers.ts'
import { readRequired } from '../wire/flags.ts'
import { type Call, operation, v0 } from '../wire/operation.ts'
import { placementKeyOf, signPlayJwt } from './play-jwt.ts'
import { isSameSecret } from './same-secret.ts'

const DEFAULT_EXPIRE_TIME_S = 7_200
/** A month. */
const MAX_EXPIRE_TIME_S = 31 * 24 * 60 * 60

/**
 * A token for `/s?key=` and `/sr?key=`, made here for clients that do not sign their own. The vendor calls it deprecated.
 * Source: docs/dialects/kollus.md#playback.
 */
export const mediaLink: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer =
    (viewer: string) =>
    async ({ projectId, parameters }: Call) => {
      const [account] = await services.access.credentialsOf(projectId, 'kollus')
      const securityKey = account?.secrets['securityKey'] ?? ''
      if (!isSameSecret(securityKey, readRequired(parameters, 'security_key'))) {
        throw new DomainError('forbidden', 'The security_key is not the account’s.')
      }
      const mediaContentKey = readRequired(parameters, 'media_content_key')
      await findPlacement(services, projectId, placementKeyOf(mediaContentKey))
      const expiresAtMs = services.clock.now() + expireTimeS(parameters.get('expire_time')) * 1000
      const profileKey = parameters.get('media_profile_key')
      const claims = { clientUserId: parameters.get(viewer), expiresAtMs, entries: [{ mediaContentKey, profileKey }] }
      return v0Result({ media_token: signPlayJwt(claims, securityKey) })
    }
  const path = 'media_auth/media_token/get_media_link_by'
  operation(app, services, v0('POST', `${path}_userid`), answer('client_user_id'))
  operation(app, services, v0('POST', `${path}_userkey`), answer('user_key'))
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
