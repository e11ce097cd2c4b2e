import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../../services.ts'
import { v0Empty, v3Data } from '../wire/answers.ts'
import { type Call, operation, v0, v3 } from '../wire/operation.ts'
import { findCategory } from './category.ts'

/** Deletes a category with all below it; what was in them stays in the library. */
export const deleteCategory: FastifyPluginAsync<Readonly<{ services: Services }>> = async (app, { services }) => {
  const answer = async ({ generation, projectId, key }: Call) => {
    const { id } = await findCategory(services, projectId, key())
    await services.categories.delete(projectId, id)
    return generation === 'v0' ? v0Empty() : v3Data(null)
  }
  operation(app, services, v0('POST', 'media/category/delete/:key'), answer)
  operation(app, services, v3('DELETE', 'categories/:key'), answer)
}
