import type { ProjectId } from '../../../core/ids.ts'
import type { AssetFilter, ListedState } from '../../../core/library/asset-filter.ts'
import type { AssetView } from '../../../core/library/library-service.ts'
import type { Services } from '../../services.ts'
import { type ApiCall, apiOperation } from './api-operation.ts'
import { categoriesNamed } from './categories.ts'
import { FILE_NAMESPACES } from './file-kinds.ts'
import { choice, createUser } from './list-parameters.ts'
import { findVideo, isVideoId } from './named-video.ts'
import { readPage } from './paging.ts'
import { readTime } from './times.ts'
import { videoItems } from './video-item.ts'

const LARGEST_PAGE = 50

/** `transcodeState`: done, not asked for, under way (also while something plays), failed; as videoItems shows it. */
const STATES: Readonly<Record<string, readonly ListedState[]>> = {
  '1': ['settled'],
  '2': [],
  '3': ['processing', 'changing'],
  '4': ['failed'],
}

/**
 * "Get video list": docs/dialects/cloudv.md#getvideolist. There is no other call for one video: `videoId` narrows the
 * list to it, whether its file is there or not.
 */
export const getVideoList = apiOperation('/vod/videoManage/getVideoList', async (call) => {
  const { services, account } = call
  const { items, total } = await found(call)
  return {
    // Of this page, as the vendor has it; how many there are in all is ours to add.
    videoTotal: items.length,
    total,
    videoListInfo: await videoItems(services, account.projectId, items),
  }
})

type Found = Readonly<{ items: readonly AssetView[]; total: number }>

async function found({ services, account, parameters }: ApiCall): Promise<Found> {
  const { projectId } = account
  const page = readPage(parameters, LARGEST_PAGE)
  const order =
    choice(parameters.get('listOrder') || '0', 'listOrder', ['0', '1']) === '1' ? 'created_asc' : 'created_desc'
  const filter = await filterOf({ services, projectId, parameters })
  if (filter === undefined) return { items: [], total: 0 }
  const { offset, limit } = page
  return services.library.search(projectId, filter, { offset, limit, order })
}

type Asked = Readonly<{ services: Services; projectId: ProjectId; parameters: ApiCall['parameters'] }>

/** Undefined where it is clear that nothing can be found. */
async function filterOf({ services, projectId, parameters }: Asked): Promise<AssetFilter | undefined> {
  const status = parameters.get('videoStatus')
  const state = parameters.get('transcodeState')
  const states = state ? STATES[choice(state, 'transcodeState', Object.keys(STATES))] : undefined
  const filter: AssetFilter = {
    notNamedIn: FILE_NAMESPACES,
    keyword: parameters.get('videoName') || undefined,
    ownerId: createUser(parameters.get('createUser')),
    isEnabled: status ? choice(status, 'videoStatus', ['0', '1']) === '0' : undefined,
    createdFromMs: readTime(parameters, 'startTime'),
    createdBeforeMs: readTime(parameters, 'endTime'),
    states,
  }
  if (states?.length === 0) return undefined
  const classification = parameters.get('videoClassification')
  const categoryIds = classification
    ? categoriesNamed(await services.categories.tree(projectId), classification.split(','))
    : undefined
  if (categoryIds?.length === 0) return undefined
  const videoId = parameters.get('videoId')
  if (!videoId) return { ...filter, categoryIds }
  const video = isVideoId(videoId) ? await findVideo(services, projectId, videoId) : undefined
  if (video === undefined) return undefined
  const anyState = ['waiting', 'processing', 'ready', 'failed'] as const
  return { ...filter, categoryIds, ids: [video.view.asset.id], states: states ?? anyState }
}
