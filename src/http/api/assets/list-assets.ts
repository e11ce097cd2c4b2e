import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { cutPage, pageQuery, readCursor } from '../paging.ts'
import { assetDocument } from './asset-document.ts'
import { AssetPageRef } from './asset-schema.ts'

const schema = {
  operationId: 'listAssets',
  tags: ['assets'],
  summary: 'List assets',
  description: 'Newest first. An asset that still waits for its first file is not listed, but can be asked for.',
  querystring: Type.Object(pageQuery),
  response: { 200: AssetPageRef, ...PROBLEMS },
}

export const listAssets: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/assets', { schema }, async (request) => {
    const cursor = readCursor('asset', request.query)
    const found = await services.library.list(callerProject(request), cursor.page)
    const { shown, nextCursor } = cutPage(found, cursor, (view) => view.asset.id)
    return { items: shown.map((view) => assetDocument(view, services)), nextCursor }
  })
}
