import { apiOperation } from './api-operation.ts'
import { MATERIAL_ID } from './file-kinds.ts'
import { type FileKind, issueFiles } from './file-tokens.ts'

const MATERIAL: FileKind = { namespace: MATERIAL_ID, maxName: 40, isSuffixNeeded: false, overwritesByDefault: false }

/** "Get material upload token": docs/dialects/cloudv.md#audio-and-material-files */
export const getMaterialUploadToken = apiOperation('/vod/material/getMaterialUploadToken', async (call) => {
  const { place, items } = await issueFiles(call, MATERIAL)
  return { ...place, items: items.map(({ id, ...item }) => ({ ...item, materialId: id })) }
})
