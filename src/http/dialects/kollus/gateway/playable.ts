import { DomainError } from '../../../../core/errors.ts'
import type { AssetView } from '../../../../core/library/library-service.ts'
import type { Services } from '../../../services.ts'
import type { KollusParameters } from '../parameters.ts'
import { placementKeyOf, readPlayJwt, verifyPlayJwt } from './play-jwt.ts'
import { isSameSecret } from './same-secret.ts'

/**
 * What a gateway address opens: the first content of its token's playlist, as it is behind its key now. Throws
 * unauthenticated for a token or custom key that is not the account's, not_found for what does not play.
 * Source: docs/dialects/kollus.md#playback.
 */
export async function openPlayable(services: Services, parameters: KollusParameters): Promise<AssetView> {
  const token = parameters.get('jwt') ?? parameters.get('key') ?? parameters.get('token')
  if (token === undefined) throw new DomainError('unauthenticated', 'The address has no play token.')
  // Whose token it is says the content that it names; nothing else of it counts before its signature does.
  const [entry] = readPlayJwt(token).entries
  const placement = entry && (await services.placements.getByKey(placementKeyOf(entry.mediaContentKey)))
  if (placement === undefined) throw new DomainError('not_found', 'There is no such media_content_key.')
  const accounts = await services.access.credentialsOf(placement.projectId, 'kollus')
  const custom = parameters.get('custom_key') ?? ''
  // A token that was made here, for `key` or `token`, comes without a custom key.
  const [first] = accounts
  const account = parameters.has('jwt')
    ? accounts.find(({ secrets }) => isSameSecret(secrets['customKey'] ?? '', custom))
    : first
  if (account === undefined) throw new DomainError('unauthenticated', 'The custom key is not valid.')
  verifyPlayJwt(token, account.secrets['securityKey'] ?? '', services.clock.now())
  const channel = await services.channels.get(placement.projectId, placement.channelId)
  const view = await services.library.get(placement.projectId, placement.assetId)
  if (!channel.isEnabled || !view.asset.isEnabled) throw new DomainError('not_found', 'This content is disabled.')
  return view
}
