import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import { STANDARD_KEY } from '../../../../core/transcoding/profile.ts'
import type { Services } from '../../../services.ts'
import { contentProviderKey } from '../access.ts'
import { v0Result } from '../wire/answers.ts'
import { readRequired } from '../wire/flags.ts'
import { numericId } from '../wire/numeric-id.ts'
import { operation, v0 } from '../wire/operation.ts'
import { ownProfileKey } from '../wire/profile-key.ts'
import { profileNamed } from './edit-profile.ts'
import { profileItem } from './profile.ts'
import { readProfileSettings } from './read-profile.ts'

const MAX_KEY = 64

/** A new profile: a preset, the standard one unless another is named, with what the call says changed. */
export const createProfile: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  operation(app, services, v0('POST', 'media/media_profile/create'), async ({ parameters, projectId }) => {
    const name = readRequired(parameters, 'name')
    const account = await contentProviderKey(services, projectId)
    const wished = parameters.get('key')
    const key = wished === undefined ? keyOfName(name) : ownProfileKey(account, wished)
    const profiles = await services.mediaSettings.listProfiles(projectId)
    if (profiles.some((profile) => profile.key === key)) {
      throw new DomainError('state_conflict', `There is a profile ${key} already.`)
    }
    const preset = profileNamed(profiles, account, parameters.get('media_profile_preset_id') ?? STANDARD_KEY)
    const settings = readProfileSettings(parameters, preset.settings)
    return v0Result(profileItem(account, await services.mediaSettings.putProfile(projectId, key, { name, settings })))
  })
}

/** Names in other scripts have no letters for it, and get a number. */
function keyOfName(name: string): string {
  const letters = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  return letters.replaceAll(/^-+|-+$/g, '').slice(0, MAX_KEY) || `profile-${numericId(name)}`
}
