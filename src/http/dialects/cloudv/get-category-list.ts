import { apiOperation } from './api-operation.ts'
import { categoryOfNode, nodeIdsOf } from './node-ids.ts'
import { readPage } from './paging.ts'

const LARGEST_PAGE = 100
const NO_PARENT = 0

/** "Get category list": docs/dialects/cloudv.md#categories. Those below `parentNodeId`, without it those at the top. */
export const getCategoryList = apiOperation('/vod/videoCategory/getCategoryList', async (call) => {
  const { services, account, parameters } = call
  const { projectId } = account
  const { pageIndex, pageSize, offset, limit } = readPage(parameters, LARGEST_PAGE)
  const parentNodeId = parameters.get('parentNodeId')
  const parentId = parentNodeId ? await categoryOfNode(services, projectId, parentNodeId) : undefined
  const all = (await services.categories.tree(projectId)).childrenOf(parentId)
  const shown = all.slice(offset, offset + limit)
  const nodeIds = await nodeIdsOf(
    call,
    projectId,
    shown.map(({ id }) => id),
  )
  return {
    total: all.length,
    pageSize,
    pageIndex,
    categoryList: shown.map(({ id, name }) => ({
      labelName: name,
      parentNodeId: Number(parentNodeId || NO_PARENT),
      nodeId: nodeIds.get(id),
      createUser: '',
    })),
  }
})
