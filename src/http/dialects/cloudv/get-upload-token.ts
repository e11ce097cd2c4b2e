import { type ApiCall, apiOperation } from './api-operation.ts'
import { categoriesCalled } from './categories.ts'
import { policyText, signPolicy, TOKEN_LIFE_MS } from './put-policy.ts'
import { attachSubtitles, readSubtitles } from './subtitles.ts'
import { toUploadRequest, type UploadRequest } from './upload-request.ts'
import { createVideo, findByFileId, findOrCreate, newFileKey, type Video } from './videos.ts'

/**
 * "Get video upload token": docs/dialects/cloudv.md#getuploadtoken. Asked again with the same `fileId`, it names the
 * same video and key, with a fresh token, until that file is there; then it names a new one unless it may overwrite.
 */
export const getUploadToken = apiOperation('/vod/videoManage/getUploadToken', async (call) => {
  const { services, account, parameters } = call
  const wanted = toUploadRequest(parameters, services.uploads.limits)
  if (wanted.sizeBytes !== undefined) await services.uploads.assertRoom(wanted.sizeBytes)
  const video = await videoFor(call, wanted)
  const deadlineMs = services.clock.now() + TOKEN_LIFE_MS
  return {
    uploadUrl: services.publicUrl,
    uploadToken: signPolicy(account.accessKey, account.secretKey, policyText(video, wanted.overwrite, deadlineMs)),
    fileKey: video.key,
    videoId: video.videoId,
    bucketName: video.bucket,
    // The vendor's own spelling, which clients read.
    speedDomainlUrl: '',
    httpDnsServer: '',
  }
})

function videoFor(
  call: ApiCall,
  { fileName, title, fileId, overwrite, categories, parameters }: UploadRequest,
): Promise<Video> {
  const { services, random, account } = call
  const { projectId, bucket } = account
  let earlier: Video | undefined
  return findOrCreate(
    async () => {
      earlier = fileId === undefined ? undefined : await findByFileId(services, projectId, fileId)
      return earlier !== undefined && (!earlier.isStored || overwrite) ? earlier : undefined
    },
    async () => {
      const subtitles = await readSubtitles(call)
      const key = newFileKey(projectId, fileName, services.clock.now(), random)
      const categoryIds = await categoriesCalled(services, projectId, categories)
      const names = { projectId, bucket, key, fileName, fileId, instead: earlier }
      const video = await createVideo(call, { ...names, title, categoryIds, parameters })
      await attachSubtitles(services, { projectId, id: video.assetId }, subtitles)
      return video
    },
  )
}
