import { apiOperation } from './api-operation.ts'
import { AUDIO_ID } from './file-kinds.ts'
import { type FileKind, issueFiles } from './file-tokens.ts'

const AUDIO: FileKind = { namespace: AUDIO_ID, maxName: 200, isSuffixNeeded: true, overwritesByDefault: true }

/** "Get audio upload token": docs/dialects/cloudv.md#audio-and-material-files */
export const getAudioUploadToken = apiOperation('/vod/audioManage/getAudioUploadToken', async (call) => {
  const { place, items } = await issueFiles(call, AUDIO)
  return { ...place, items: items.map(({ id, ...item }) => ({ ...item, audioId: id })) }
})
