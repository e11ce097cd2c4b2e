import { ApiError } from './api-error.ts'
import { apiOperation } from './api-operation.ts'
import { categoryOfNode, nodeIdsOf } from './node-ids.ts'

const MAX_NAME = 32

/** "Create category": docs/dialects/cloudv.md#categories */
export const createCategory = apiOperation('/vod/videoCategory/createCategory', async (call) => {
  const { services, account, parameters } = call
  const { projectId } = account
  const parentNodeId = parameters.get('parentNodeId')
  const parentId = parentNodeId ? await categoryOfNode(services, projectId, parentNodeId) : undefined
  const name = parameters.get('labelName')
  if (!name) throw new ApiError('parameterError', 'The category name must not be empty.')
  if ([...name].length > MAX_NAME)
    throw new ApiError('parameterError', `The category name has more than ${MAX_NAME} characters.`)
  const tree = await services.categories.tree(projectId)
  if (tree.childrenOf(parentId).some((sibling) => sibling.name === name)) {
    throw new ApiError('parameterError', 'There is a category of this name already.')
  }
  const { id } = await services.categories.create({ projectId, name, parentId })
  return { nodeId: (await nodeIdsOf(call, projectId, [id])).get(id) }
})
