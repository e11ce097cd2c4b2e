import type { FastifyPluginAsync } from 'fastify'
import type { Random } from '../../../core/ports/random.ts'
import { SystemRandom } from '../../../system/system-random.ts'
import type { Services } from '../../services.ts'
import { ApiError, failApi } from './api-error.ts'
import { BlockDigests } from './block-digests.ts'
import { bput } from './bput.ts'
import { allowBrowsers } from './cors.ts'
import { createCategory } from './create-category.ts'
import { deleteAudio } from './delete-audio.ts'
import { deleteCategory } from './delete-category.ts'
import { deleteMaterial } from './delete-material.ts'
import { deleteVideo } from './delete-video.ts'
import { deleteVideoByCategory } from './delete-video-by-category.ts'
import { editAudio } from './edit-audio.ts'
import { formUpload } from './form-upload.ts'
import { getAudioList } from './get-audio-list.ts'
import { getAudioUploadToken } from './get-audio-upload-token.ts'
import { getCategoryList } from './get-category-list.ts'
import { getMaterialList } from './get-material-list.ts'
import { getMaterialUploadToken } from './get-material-upload-token.ts'
import { getPublishCode } from './get-publish-code.ts'
import { getUploadToken } from './get-upload-token.ts'
import { getVideoList } from './get-video-list.ts'
import { materialEdit } from './material-edit.ts'
import { mkblk } from './mkblk.ts'
import { mkfile } from './mkfile.ts'
import { takeSmallBodies } from './parameters.ts'
import { pullVideo } from './pull-video.ts'
import { pullVideoQuery } from './pull-video-query.ts'
import { startWorkflow } from './start-workflow.ts'
import { storedFile } from './stored-file.ts'
import { transCode } from './trans-code.ts'
import { failUpload, UploadError } from './upload-error.ts'
import { videoBlock, videoEnable } from './video-block.ts'
import { videoEdit } from './video-edit.ts'

/** The calls of the API host. */
const API_OPERATIONS = [
  getUploadToken,
  pullVideo,
  pullVideoQuery,
  getVideoList,
  transCode,
  startWorkflow,
  getPublishCode,
  videoEdit,
  videoBlock,
  videoEnable,
  deleteVideo,
  getCategoryList,
  createCategory,
  deleteCategory,
  deleteVideoByCategory,
  getAudioUploadToken,
  getAudioList,
  editAudio,
  deleteAudio,
  getMaterialUploadToken,
  getMaterialList,
  materialEdit,
  deleteMaterial,
]

type Options = Readonly<{ services: Services; random?: Random; refuseReplays?: boolean }>

/** The Cloud VoD protocols, API and upload host on one origin: docs/dialects/cloudv.md. */
export const cloudvDialect: FastifyPluginAsync<Options> = async (
  app,
  { services, random = new SystemRandom(), refuseReplays = false },
) => {
  allowBrowsers(app)
  takeSmallBodies(app)
  for (const operation of API_OPERATIONS) await app.register(operation, { services, random, refuseReplays })
  await app.register(storedFile, { services })
  const tools = { services, random }
  const digests = new BlockDigests()
  await app.register(formUpload, tools)
  await app.register(mkblk, { ...tools, digests })
  await app.register(bput, { ...tools, digests })
  await app.register(mkfile, tools)
  for (const prefix of ['/file', '/mkblk', '/bput', '/mkfile']) {
    await app.register(
      async (scope) => {
        scope.setNotFoundHandler((request, reply) =>
          failUpload(new UploadError(405, 'There is no such operation here.'), request, reply),
        )
      },
      { prefix },
    )
  }
  for (const prefix of ['/vod', '/workflow']) {
    await app.register(
      async (scope) => {
        scope.setNotFoundHandler((request, reply) =>
          failApi(new ApiError('wrongRequest', 'There is no such operation here.'), request, reply),
        )
      },
      { prefix },
    )
  }
}
