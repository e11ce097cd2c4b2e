import { apiOperation } from './api-operation.ts'
import { audioItems } from './file-items.ts'
import { AUDIO_ID } from './file-kinds.ts'
import { choice, createUser } from './list-parameters.ts'
import { idFilter, WITH_FILE } from './named-file.ts'
import { readPage } from './paging.ts'
import { readTime } from './times.ts'

const LARGEST_PAGE = 50

/** "Get audio list": docs/dialects/cloudv.md#audio-and-material-files */
export const getAudioList = apiOperation('/vod/audioManage/getAudioList', async (call) => {
  const { services, account, parameters } = call
  const { offset, limit } = readPage(parameters, LARGEST_PAGE)
  const isOldestFirst = choice(parameters.get('listOrder') || '0', 'listOrder', ['0', '1']) === '1'
  const own = await idFilter(call, AUDIO_ID, 'audioId')
  const filter = {
    namedIn: AUDIO_ID,
    states: WITH_FILE,
    keyword: parameters.get('audioName') || undefined,
    ownerId: createUser(parameters.get('createUser')),
    createdFromMs: readTime(parameters, 'startTime'),
    createdBeforeMs: readTime(parameters, 'endTime'),
    ...own,
  }
  const order = isOldestFirst ? 'created_asc' : 'created_desc'
  const { items, total } =
    own === undefined
      ? { items: [], total: 0 }
      : await services.library.search(account.projectId, filter, { offset, limit, order })
  return {
    audioTotal: total,
    audioGetListResponseList: await audioItems(services, account, items),
  }
})
