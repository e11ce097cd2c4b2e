import { apiOperation } from './api-operation.ts'
import { categoryOfNode } from './node-ids.ts'

/** "Delete category", with those below it; the videos stay. docs/dialects/cloudv.md#categories */
export const deleteCategory = apiOperation(
  '/vod/videoCategory/deleteCategory',
  async ({ services, account, parameters }) => {
    const id = await categoryOfNode(services, account.projectId, parameters.get('nodeId'))
    await services.categories.delete(account.projectId, id)
    return ''
  },
)
