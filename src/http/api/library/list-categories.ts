import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Category, CategoryTree } from '../../../core/library/category.ts'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { categoryDocuments } from './library-document.ts'
import { CategoryPageRef } from './library-schema.ts'

const schema = {
  operationId: 'listCategories',
  tags: ['categories'],
  summary: 'All categories',
  description: 'In the order of the tree, each before those below it.',
  response: { 200: CategoryPageRef, ...PROBLEMS },
}

export const listCategories: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get('/categories', { schema }, async (request) => {
    const tree = await services.categories.tree(callerProject(request))
    return { items: await categoryDocuments(inTreeOrder(tree), services) }
  })
}

function inTreeOrder(tree: CategoryTree, parent?: Category): Category[] {
  return tree.childrenOf(parent?.id).flatMap((child) => [child, ...inTreeOrder(tree, child)])
}
