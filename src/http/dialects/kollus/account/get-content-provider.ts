import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { contentProviderKey } from '../access.ts'
import { v0Result } from '../wire/answers.ts'
import { operation, v0 } from '../wire/operation.ts'

/** The account that the access token is of. */
export const getContentProvider: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  operation(app, services, v0('GET', 'media/content_provider', { hasIndex: true }), async ({ projectId }) => {
    const key = await contentProviderKey(services, projectId)
    return v0Result({ key, name: key })
  })
}
