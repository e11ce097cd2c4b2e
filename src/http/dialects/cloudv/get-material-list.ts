import type { AssetView } from '../../../core/library/library-service.ts'
import { type ApiCall, apiOperation } from './api-operation.ts'
import { materialItems } from './file-items.ts'
import { MATERIAL_ID } from './file-kinds.ts'
import { createUser } from './list-parameters.ts'
import { idFilter, WITH_FILE } from './named-file.ts'
import { readPage } from './paging.ts'
import { readSeconds } from './times.ts'

const LARGEST_PAGE = 50
/** Suffix and domain are looked at here, and not further than this. */
const MOST_SIFTED = 500

/** "Get material list": docs/dialects/cloudv.md#audio-and-material-files */
export const getMaterialList = apiOperation('/vod/material/getMaterialList', async (call) => {
  const { services, account } = call
  const { items, total } = await found(call)
  return { total, materialList: await materialItems(services, account, items) }
})

async function found(call: ApiCall): Promise<Readonly<{ items: readonly AssetView[]; total: number }>> {
  const { services, account, parameters } = call
  const { offset, limit } = readPage(parameters, LARGEST_PAGE)
  const ofId = await idFilter(call, MATERIAL_ID, 'materialId')
  if (ofId === undefined) return { items: [], total: 0 }
  const endMs = readSeconds(parameters, 'uploadTimeEnd')
  const filter = {
    namedIn: MATERIAL_ID,
    states: WITH_FILE,
    keyword: parameters.get('materialName') || undefined,
    ownerId: createUser(parameters.get('createUser')),
    createdFromMs: readSeconds(parameters, 'uploadTimeStart'),
    createdBeforeMs: endMs === undefined ? undefined : endMs + 1_000,
    ...ofId,
  }
  const suffix = parameters.get('suffix')?.replace(/^\./, '').toLowerCase()
  const domain = parameters.get('publishDomain')
  if (!suffix && !domain) return services.library.search(account.projectId, filter, { offset, limit })
  const all = await services.library.search(account.projectId, filter, { offset: 0, limit: MOST_SIFTED })
  const fitting = all.items.filter(
    (view) => (!suffix || own(view, 'suffix') === suffix) && (!domain || own(view, 'domain') === domain),
  )
  return { items: fitting.slice(offset, offset + limit), total: fitting.length }
}

function own({ asset }: AssetView, name: string): string {
  return asset.metadata[`cloudv.${name}`] ?? ''
}
