import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { findProfile } from '../profiles/profile.ts'
import { v0Empty, v3Data } from '../wire/answers.ts'
import { readRequired } from '../wire/flags.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { findContent } from './find-content.ts'

/**
 * Has a content that plays encoded by another profile too. It plays on meanwhile; what is new shows among its
 * transcoding_files. The v3 address is ours: docs/dialects/kollus.md#profiles.
 */
export const createTranscodingFile: FastifyPluginAsync<Readonly<{ services: Services }>> = async (
  app,
  { services },
) => {
  const answer = async ({ generation, projectId, parameters, key }: Call) => {
    const { asset } = await findContent(services, projectId, key())
    const profile = await findProfile(services, projectId, readRequired(parameters, 'profile_key'))
    await services.renditions.add(projectId, asset.id, profile.key)
    return generation === 'v0' ? v0Empty() : v3Data(null)
  }
  operation(app, services, v0('POST', 'media/library/create_transcoding_file/:key'), answer)
  operation(app, services, v3('POST', 'media-contents/:key/transcoding-files'), answer)
}
