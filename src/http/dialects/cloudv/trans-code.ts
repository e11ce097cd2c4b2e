import type { Reprocessing } from '../../../core/library/reprocess-service.ts'
import { STANDARD_KEY } from '../../../core/transcoding/profile.ts'
import { ApiError } from './api-error.ts'
import { type ApiCall, apiOperation } from './api-operation.ts'
import { findFilm, isVideoId, type NamedVideo } from './named-video.ts'
import { markingCalled, templateCalled } from './processing.ts'
import { attachSubtitles, DRAWN_LANGUAGE, readSubtitles } from './subtitles.ts'
import { newTaskEcho, processAgain } from './workflow-task.ts'

const MAX_VIDEOS = 50
const MAX_NAME = 255

/**
 * "Video transcoding": docs/dialects/cloudv.md#transcode. What plays goes on until the new is ready. Without a template
 * it is the standard one, without a watermark there is none. Videos that cannot be begun with keep none of the others
 * from it.
 */
export const transCode = apiOperation('/vod/videoManage/transCode', async (call) => {
  const { services, random } = call
  const videos = await namedVideos(call)
  const wish = await wishOf(call)
  const subtitles = await readSubtitles(call)
  const refused: string[] = []
  for (const { videoId, view } of videos) {
    await attachSubtitles(services, view.asset, subtitles)
    const echo = newTaskEcho(random, { transNo: '', workflowId: '' })
    await processAgain(call, view.asset.id, { ...wish, echo }).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error
      refused.push(`${videoId}: ${error.message}`)
    })
  }
  if (refused.length > 0) throw new ApiError('operationFailed', refused.join(' '))
  return ''
})

/** All of them, or none. */
async function namedVideos({ services, account, parameters }: ApiCall): Promise<readonly NamedVideo[]> {
  const text = parameters.get('videoIds')
  if (!text) throw new ApiError('videoIdsEmpty', 'videoIds must not be empty.')
  const ids = text.split(',').map((id) => id.trim())
  const named = [...new Set(ids.filter((id) => id !== ''))]
  if (named.length === 0) throw new ApiError('videoIdsOnlyCommas', 'videoIds has nothing but commas.')
  if (!named.every(isVideoId)) throw new ApiError('videoIdsMalformed', 'A videoId has 32 hexadecimal digits.')
  if (named.length > MAX_VIDEOS) throw new ApiError('outOfRange', `videoIds has more than ${MAX_VIDEOS} videos.`)
  const found: NamedVideo[] = []
  for (const id of named) {
    const video = await findFilm(services, account.projectId, id)
    if (video === undefined) throw new ApiError('videosNotFound', `There is no video ${id}.`)
    found.push(video)
  }
  return found
}

async function wishOf({ services, account, parameters }: ApiCall): Promise<Reprocessing> {
  const { projectId } = account
  const watermark = parameters.get('watermarkTemplateId') || parameters.get('waterMarkTemplateName') || undefined
  const template = parameters.get('transCodeTemplateId') || parameters.get('transCodeTemplateName') || undefined
  if ((watermark?.length ?? 0) > MAX_NAME) throw new ApiError('watermarkNameTooLong', 'The watermark name is too long.')
  if ((template?.length ?? 0) > MAX_NAME) throw new ApiError('templateNameTooLong', 'The template name is too long.')
  const workflowKey = await markingCalled(services, projectId, watermark)
  if (watermark !== undefined && workflowKey === undefined) {
    throw new ApiError('watermarkNotFound', 'There is no workflow of this name that draws a watermark.')
  }
  const profileKey = await templateCalled(services, projectId, template)
  if (template !== undefined && profileKey === undefined) {
    throw new ApiError('templateNotFound', 'There is no profile of this name.')
  }
  const burnInLanguage = parameters.get('subtitleId') ? DRAWN_LANGUAGE : undefined
  // A workflow of its own may say which profile.
  return { workflowKey: workflowKey ?? STANDARD_KEY, profileKey, burnInLanguage }
}
