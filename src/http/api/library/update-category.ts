import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { categoryDocuments, readCategoryId, readWish } from './library-document.ts'
import { type CategoryDocument, CategoryEditRef, CategoryParams, CategoryRef } from './library-schema.ts'

const schema = {
  operationId: 'updateCategory',
  tags: ['categories'],
  summary: 'Rename, describe, reorder or move a category, or say how its files are treated',
  params: CategoryParams,
  body: CategoryEditRef,
  response: { 200: CategoryRef, ...PROBLEMS },
}

export const updateCategory: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.patch('/categories/:categoryId', { schema }, async (request) => {
    const { parentId, workflow, profile, ...edit } = request.body
    const move = parentId === undefined ? {} : { parentId: parentId === null ? undefined : readCategoryId(parentId) }
    const change = { ...edit, ...move, ...readWish({ workflow, profile }) }
    const category = await services.categories.update(callerProject(request), request.params.categoryId, change)
    return (await categoryDocuments([category], services))[0] as CategoryDocument
  })
}
