import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import type { NamedProfile } from '../../../../core/transcoding/media-settings-service.ts'
import type { Services } from '../../../services.ts'
import { contentProviderKey } from '../access.ts'
import { v0Result } from '../wire/answers.ts'
import { numericId } from '../wire/numeric-id.ts'
import { operation, v0 } from '../wire/operation.ts'
import { ownProfileKey } from '../wire/profile-key.ts'
import { profileItem } from './profile.ts'
import { readProfileSettings } from './read-profile.ts'

/** Changes a profile for what is encoded from now on; of a preset the account gets its own instead. */
export const editProfile: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  operation(app, services, v0('POST', 'media/media_profile/edit/:key'), async ({ parameters, projectId, key: id }) => {
    const account = await contentProviderKey(services, projectId)
    const { key, ...known } = profileNamed(await services.mediaSettings.listProfiles(projectId), account, id())
    const name = parameters.get('name') ?? known.name
    const settings = readProfileSettings(parameters, known.settings)
    return v0Result(profileItem(account, await services.mediaSettings.putProfile(projectId, key, { name, settings })))
  })
}

/** One of these, by the number that lists give it or by its key. Throws not_found. */
export function profileNamed(profiles: readonly NamedProfile[], account: string, text: string): NamedProfile {
  const key = ownProfileKey(account, text)
  const byKey = profiles.find((profile) => profile.key === key)
  const byNumber = profiles.filter((profile) => String(numericId(profile.key)) === text)
  const [only] = byNumber
  const found = byKey ?? (byNumber.length === 1 ? only : undefined)
  if (found === undefined) throw new DomainError('not_found', `There is no profile ${text}.`)
  return found
}
