import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PROBLEMS } from '../../problem-schema.ts'
import type { Services } from '../../services.ts'
import { callerProject } from '../authentication.ts'
import { categoryDocuments, readCategoryId, readWish } from './library-document.ts'
import { type CategoryDocument, CategoryRef, NewCategoryRef } from './library-schema.ts'

const schema = {
  operationId: 'createCategory',
  tags: ['categories'],
  summary: 'Make a category',
  body: NewCategoryRef,
  response: { 201: CategoryRef, ...PROBLEMS },
}

export const createCategory: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post('/categories', { schema }, async (request, reply) => {
    const { name, description, parentId, position } = request.body
    const parent = parentId === undefined || parentId === null ? undefined : readCategoryId(parentId)
    const projectId = callerProject(request)
    const wish = readWish(request.body)
    const own = { name, description, position, parentId: parent, ...wish }
    const category = await services.categories.create({ projectId, ...own })
    const [document] = await categoryDocuments([category], services)
    return reply.code(201).send(document as CategoryDocument)
  })
}
