import { apiOperation } from './api-operation.ts'
import { AUDIO_ID } from './file-kinds.ts'
import { flag } from './flag.ts'
import { namedFile } from './named-file.ts'

/** "Delete audio": docs/dialects/cloudv.md#audio-and-material-files */
export const deleteAudio = apiOperation('/vod/audioManage/deleteAudio', async (call) => {
  const { asset } = await namedFile(call, AUDIO_ID, ['audioId'])
  flag(call.parameters, 'validateOccupy', '1')
  await call.services.library.delete(asset.projectId, asset.id)
  return ''
})
