import type { Random } from '../../../core/ports/random.ts'
import type { Services } from '../../services.ts'
import type { Account } from './access.ts'
import { apiOperation } from './api-operation.ts'
import { categoriesCalled } from './categories.ts'
import { policyText, signPolicy, TOKEN_LIFE_MS } from './put-policy.ts'
import { toUploadRequest, type UploadRequest } from './upload-request.ts'
import { createVideo, findByFileId, findOrCreate, newFileKey, type Video } from './videos.ts'

/**
 * "Get video upload token": docs/dialects/cloudv.md#getuploadtoken. Asked again with the same `fileId`, it names the
 * same video and key, with a fresh token, until that file is there; then it names a new one unless it may overwrite.
 */
export const getUploadToken = apiOperation(
  '/vod/videoManage/getUploadToken',
  async ({ services, random, account, parameters }) => {
    const wanted = toUploadRequest(parameters, services.uploads.limits)
    const video = await videoFor({ services, random }, account, wanted)
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
  },
)

function videoFor(
  tools: Readonly<{ services: Services; random: Random }>,
  { projectId, bucket }: Account,
  { fileName, title, fileId, overwrite, categories, parameters }: UploadRequest,
): Promise<Video> {
  const { services, random } = tools
  let earlier: Video | undefined
  return findOrCreate(
    async () => {
      earlier = fileId === undefined ? undefined : await findByFileId(services, projectId, fileId)
      return earlier !== undefined && (!earlier.isStored || overwrite) ? earlier : undefined
    },
    async () => {
      const key = newFileKey(projectId, fileName, services.clock.now(), random)
      const categoryIds = await categoriesCalled(services, projectId, categories)
      const names = { projectId, bucket, key, fileName, fileId, instead: earlier }
      return createVideo(tools, { ...names, title, categoryIds, parameters })
    },
  )
}
