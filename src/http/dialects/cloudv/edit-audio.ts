import { apiOperation } from './api-operation.ts'
import { AUDIO_ID } from './file-kinds.ts'
import { editFile, namedFile } from './named-file.ts'

/** "Edit audio": docs/dialects/cloudv.md#audio-and-material-files */
export const editAudio = apiOperation('/vod/audioManage/editAudio', async (call) => {
  await editFile(call, await namedFile(call, AUDIO_ID, ['audioId']), 'audioName')
  return ''
})
