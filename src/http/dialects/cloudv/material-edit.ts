import { apiOperation } from './api-operation.ts'
import { MATERIAL_ID } from './file-kinds.ts'
import { editFile, namedFile } from './named-file.ts'

/** "Edit material": docs/dialects/cloudv.md#audio-and-material-files */
export const materialEdit = apiOperation('/vod/material/materialEdit', async (call) => {
  await editFile(call, await namedFile(call, MATERIAL_ID, ['id', 'materialId']), 'name')
  return ''
})
