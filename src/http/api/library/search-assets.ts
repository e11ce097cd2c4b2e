import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { assetDocument } from '../assets/asset-document.ts'
import { callerProject } from '../authentication.ts'
import { readCategoryId, readChannelId, toWindow } from './library-document.ts'
import { AssetListRef, AssetSearchQuery } from './library-schema.ts'

const schema = {
  operationId: 'searchAssets',
  tags: ['assets'],
  summary: 'Search the library',
  description:
    'Numbered pages with the number of all. Without `state`, assets that wait for their first file are left out.',
  querystring: AssetSearchQuery,
  response: { 200: AssetListRef, ...PROBLEMS },
}

export const searchAssets: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/assets/search', { schema }, async (request) => {
    const { q, state, category, channel, tag, enabled, order = 'created_desc', ...page } = request.query
    const projectId = callerProject(request)
    const inCategory = category === undefined ? undefined : readCategoryId(category)
    const categoryIds = inCategory && (await services.categories.tree(projectId)).withDescendants(inCategory)
    const filter = {
      keyword: q,
      states: state === undefined ? undefined : [state],
      categoryIds,
      channelId: channel === undefined ? undefined : readChannelId(channel),
      tags: tag === undefined ? undefined : [tag],
      isEnabled: enabled,
    }
    const { items, total } = await services.library.search(projectId, filter, { ...toWindow(page), order })
    return { items: items.map((view) => assetDocument(view, services)), total }
  })
}
