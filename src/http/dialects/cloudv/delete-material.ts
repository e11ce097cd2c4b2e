import { apiOperation } from './api-operation.ts'
import { MATERIAL_ID } from './file-kinds.ts'
import { flag } from './flag.ts'
import { namedFile } from './named-file.ts'

/** "Delete material": docs/dialects/cloudv.md#audio-and-material-files */
export const deleteMaterial = apiOperation('/vod/material/deleteMaterial', async (call) => {
  const { asset } = await namedFile(call, MATERIAL_ID, ['id', 'materialId'])
  flag(call.parameters, 'validateOccupy', '1')
  await call.services.library.delete(asset.projectId, asset.id)
  return ''
})
