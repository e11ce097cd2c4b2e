import type { FastifyPluginAsync } from 'fastify'
import { BUILT_IN_PROFILES } from '../../../../core/transcoding/profile.ts'
import type { Services } from '../../../services.ts'
import { contentProviderKey } from '../access.ts'
import { v0PlainList, v3Data } from '../wire/answers.ts'
import { numericId } from '../wire/numeric-id.ts'
import { operation, v0, v3 } from '../wire/operation.ts'
import { readPage } from '../wire/page-request.ts'
import { profileItem } from './profile.ts'
import { PROFILE_GROUPS } from './profile-group.ts'

/** Profiles, their groups, and what new ones are made of. Source: docs/dialects/kollus.md#profiles. */
export const listProfiles: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const { mediaSettings } = services
  operation(app, services, v0('GET', 'media/media_profile', { hasIndex: true }), async ({ projectId, parameters }) => {
    const account = await contentProviderKey(services, projectId)
    const profiles = await mediaSettings.listProfiles(projectId)
    return v0PlainList(
      profiles.map((profile) => profileItem(account, profile)),
      readPage(parameters),
    )
  })
  operation(app, services, v0('GET', 'media/media_profile/preset'), async ({ projectId, parameters }) => {
    const account = await contentProviderKey(services, projectId)
    const presets = Object.entries(BUILT_IN_PROFILES).map(([key, preset]) => ({ key, ...preset, isBuiltIn: true }))
    return v0PlainList(
      presets.map((preset) => profileItem(account, preset)),
      readPage(parameters),
    )
  })
  operation(app, services, v0('GET', 'media/media_profile_group', { hasIndex: true }), async ({ parameters }) => {
    const groups = Object.values(PROFILE_GROUPS).map((group) => ({ id: numericId(group.key), ...group }))
    return v0PlainList(groups, readPage(parameters))
  })
  operation(app, services, v3('GET', 'media-profiles'), async ({ projectId }) => {
    const account = await contentProviderKey(services, projectId)
    return v3Data((await mediaSettings.listProfiles(projectId)).map((profile) => profileItem(account, profile)))
  })
}
