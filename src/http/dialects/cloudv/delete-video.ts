import { ApiError } from './api-error.ts'
import { apiOperation } from './api-operation.ts'
import { flag } from './flag.ts'
import { namedVideo } from './named-video.ts'
import { notifyOfDeletion, readNotifyUrl } from './notify-url.ts'

/**
 * "Delete video": docs/dialects/cloudv.md#deletevideo. It is gone from every list and player when the answer comes,
 * asked for now or later; only what lies on the disk goes in the background.
 */
export const deleteVideo = apiOperation('/vod/videoManage/deleteVideo', async (call) => {
  const { services, account, parameters, random } = call
  const { view, videoId } = await namedVideo(call)
  flag(parameters, 'validateOccupy', '1')
  const isAsync = flag(parameters, 'isAsync', '1')
  if (flag(parameters, 'onlyDeleteSource', '0')) {
    throw new ApiError('deleteForbidden', 'The original file cannot be deleted without the video.')
  }
  const notifyUrl = readNotifyUrl(call)
  const taskId = Buffer.from(random.bytes(16)).toString('hex')
  if (notifyUrl !== undefined) await notifyOfDeletion(call, { view, videoId, taskId, notifyUrl })
  await services.library.delete(account.projectId, view.asset.id)
  return isAsync ? { taskId } : ''
})
