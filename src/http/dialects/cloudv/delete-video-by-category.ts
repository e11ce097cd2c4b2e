import { isDomainError } from '../../../core/errors.ts'
import type { CategoryId, ProjectId } from '../../../core/ids.ts'
import type { AssetView } from '../../../core/library/library-service.ts'
import type { Services } from '../../services.ts'
import { apiOperation } from './api-operation.ts'
import { categoryOfNode } from './node-ids.ts'
import { notifyOfDeletion, readNotifyUrl } from './notify-url.ts'
import { nameOf } from './videos.ts'

const BATCH = 200
/** Clients hold it in an int64. */
const TASK_BYTES = 6

/** "Delete videos by category", those of the categories below it too. docs/dialects/cloudv.md#categories */
export const deleteVideoByCategory = apiOperation('/vod/videoCategory/deleteVideoByCategory', async (call) => {
  const { services, account, parameters, random } = call
  const { projectId } = account
  const id = await categoryOfNode(services, projectId, parameters.get('nodeId'))
  const categoryIds = (await services.categories.tree(projectId)).withDescendants(id)
  const taskId = Buffer.from(random.bytes(TASK_BYTES)).readUIntBE(0, TASK_BYTES)
  const notifyUrl = readNotifyUrl(call)
  await deleteAll(services, projectId, categoryIds, async (view) => {
    if (notifyUrl === undefined) return
    const videoId = await nameOf(services, view.asset.id)
    await notifyOfDeletion(call, { view, videoId, taskId: String(taskId), notifyUrl })
  })
  return { taskId }
})

async function deleteAll(
  { library }: Services,
  projectId: ProjectId,
  categoryIds: readonly CategoryId[],
  before: (view: AssetView) => Promise<void>,
): Promise<void> {
  const states = ['waiting', 'processing', 'ready', 'failed'] as const
  for (;;) {
    const { items } = await library.search(projectId, { categoryIds, states }, { offset: 0, limit: BATCH })
    if (items.length === 0) return
    for (const view of items) {
      await before(view)
      await library.delete(projectId, view.asset.id).catch((error: unknown) => {
        if (!isDomainError(error, 'not_found')) throw error
      })
    }
  }
}
