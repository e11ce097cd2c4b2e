import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { v0Result, v3Data } from '../wire/answers.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { categoryItems, findCategory, parentOf } from './category.ts'

/** Renames a category, or moves it with all below it. */
export const editCategory: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, parameters, projectId, key }: Call) => {
    const { categories } = services
    const { id } = await findCategory(services, projectId, key())
    const parent = parameters.get('parent_category_key') ?? parameters.get('parent_key') ?? parameters.get('parent_id')
    const name = parameters.get('name')
    const changed = await categories.update(projectId, id, {
      ...(name !== undefined && { name }),
      ...(parent !== undefined && { parentId: parentOf(await categories.tree(projectId), parent) }),
    })
    const [item] = await categoryItems(services, await categories.tree(projectId), [changed])
    return generation === 'v0' ? v0Result(item) : v3Data(item)
  }
  operation(app, services, v0('POST', 'media/category/edit/:key'), answer)
  operation(app, services, v3('PUT', 'categories/:key'), answer)
}
