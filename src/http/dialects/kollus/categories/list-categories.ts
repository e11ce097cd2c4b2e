import type { FastifyPluginAsync } from 'fastify'
import type { Category, CategoryTree } from '../../../../core/library/category.ts'
import type { Services } from '../../../services.ts'
import type { KollusParameters } from '../parameters.ts'
import { v0List, v3List } from '../wire/answers.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { cut, readPage } from '../wire/page-request.ts'
import { categoryItems, parentOf } from './category.ts'

/** All categories, or those right below one: docs/dialects/kollus.md#categories. */
export const listCategories: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, parameters, projectId }: Call) => {
    const tree = await services.categories.tree(projectId)
    const found = matching(tree, parameters)
    const page = readPage(parameters)
    const items = await categoryItems(services, tree, cut(found, page))
    if (generation === 'v0') return v0List(items, found.length, page, parameters.get('order') ?? 'id_asc')
    return v3List(items, found.length, page)
  }
  operation(app, services, v0('GET', 'media/category', { hasIndex: true }), answer)
  operation(app, services, v3('GET', 'categories'), answer)
}

function matching(tree: CategoryTree, parameters: KollusParameters): readonly Category[] {
  const parent = parameters.get('parent_category_key') ?? parameters.get('parent_id')
  const keyword = parameters.get('keyword')?.toLowerCase()
  const all = parent === undefined ? tree.all() : tree.childrenOf(parentOf(tree, parent))
  const found = keyword === undefined ? all : all.filter(({ name }) => name.toLowerCase().includes(keyword))
  const order = parameters.get('order')?.replace('|', '_') ?? ''
  const sorted = order.startsWith('name') ? found.toSorted((a, b) => a.name.localeCompare(b.name)) : found
  return order.endsWith('_desc') ? sorted.toReversed() : sorted
}
