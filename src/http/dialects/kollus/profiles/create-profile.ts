import type { FastifyPluginAsync } from 'fastify'
import { DomainError } from '../../../../core/errors.ts'
import { STANDARD_KEY } from '../../../../core/transcoding/profile.ts'
import type { Services } from '../../../services.ts'
import { contentProviderKey } from '../access.ts'
import type { KollusParameters } from '../parameters.ts'
import { v0Result } from '../wire/answers.ts'
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
    const account = await contentProviderKey(services, projectId)
    const profiles = await services.mediaSettings.listProfiles(projectId)
    const preset = profileNamed(profiles, account, parameters.get('media_profile_preset_id') ?? STANDARD_KEY)
    const taken = new Set(profiles.map((profile) => profile.key))
    const key = keyWanted(parameters, account) ?? freeKey(preset.key, taken)
    if (taken.has(key)) throw new DomainError('state_conflict', `There is a profile ${key} already.`)
    const name = parameters.get('name') ?? preset.name
    const settings = readProfileSettings(parameters, preset.settings)
    return v0Result(profileItem(account, await services.mediaSettings.putProfile(projectId, key, { name, settings })))
  })
}

/** The key itself, or one made of the name; undefined where neither is given, as by the vendor's PHP SDK. */
function keyWanted(parameters: KollusParameters, account: string): string | undefined {
  const key = parameters.get('key')
  if (key !== undefined) return ownProfileKey(account, key)
  const name = parameters.get('name')
  if (name === undefined) return undefined
  const letters = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  // Names in other scripts have no letters for it, and get a number.
  return letters.replaceAll(/^-+|-+$/g, '').slice(0, MAX_KEY) || `profile-${numericId(name)}`
}

function freeKey(preset: string, taken: ReadonlySet<string>): string {
  for (let n = 2; ; n++) if (!taken.has(`${preset}-${n}`)) return `${preset}-${n}`
}
