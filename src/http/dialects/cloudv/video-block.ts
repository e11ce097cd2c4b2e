import { ApiError } from './api-error.ts'
import { apiOperation } from './api-operation.ts'
import { namedVideo } from './named-video.ts'

/** "Block video": docs/dialects/cloudv.md#videoblock. It stays in the lists and does not play until it is enabled. */
export const videoBlock = switching('/vod/videoManage/videoBlock', false)

/** "Enable video", the other way round. */
export const videoEnable = switching('/vod/videoManage/videoEnable', true)

function switching(url: string, isEnabled: boolean) {
  return apiOperation(url, async (call) => {
    const { view } = await namedVideo(call)
    if (view.asset.isEnabled === isEnabled) {
      throw new ApiError('videoIsSoAlready', `The video is ${isEnabled ? 'enabled' : 'blocked'} already.`)
    }
    await call.services.library.update(call.account.projectId, view.asset.id, { isEnabled })
    return ''
  })
}
