import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { v0Result, v3Data } from '../wire/answers.ts'
import { readRequired } from '../wire/flags.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { categoryItems, parentOf } from './category.ts'

/** A new category, at the top or below another one. */
export const createCategory: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, parameters, projectId }: Call) => {
    const parent = parameters.get('parent_category_key') ?? parameters.get('parent_key') ?? parameters.get('parent_id')
    const parentId = parentOf(await services.categories.tree(projectId), parent)
    const made = await services.categories.create({ projectId, parentId, name: readRequired(parameters, 'name') })
    const [item] = await categoryItems(services, await services.categories.tree(projectId), [made])
    return generation === 'v0' ? v0Result(item) : v3Data(item)
  }
  operation(app, services, v0('POST', 'media/category/create'), answer)
  operation(app, services, v3('POST', 'categories'), answer)
}
