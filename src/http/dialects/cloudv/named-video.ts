import { isDomainError } from '../../../core/errors.ts'
import type { ProjectId } from '../../../core/ids.ts'
import type { AssetView } from '../../../core/library/library-service.ts'
import type { Services } from '../../services.ts'
import { ApiError } from './api-error.ts'
import type { ApiCall } from './api-operation.ts'
import { assetIdOf } from './video-id.ts'
import { VIDEO_ID } from './videos.ts'

/** An asset and what the vendor's clients call it. */
export type NamedVideo = Readonly<{ videoId: string; view: AssetView }>

/** The video that `videoId` of a call names. Throws videoIdEmpty, videoIdMalformed, videoNotFound. */
export async function namedVideo({ services, account, parameters }: ApiCall): Promise<NamedVideo> {
  const videoId = parameters.get('videoId')
  if (!videoId) throw new ApiError('videoIdEmpty', 'videoId must not be empty.')
  if (!isVideoId(videoId)) throw new ApiError('videoIdMalformed', 'videoId must be 32 hexadecimal digits.')
  const found = await findVideo(services, account.projectId, videoId)
  if (found === undefined) throw new ApiError('videoNotFound', 'The video does not exist.')
  return found
}

/** The vendor's own samples write them in upper case at times. */
export function isVideoId(text: string): boolean {
  return /^[0-9a-fA-F]{32}$/.test(text)
}

/** Undefined for a video that is not the project's. */
export async function findVideo(
  { library }: Services,
  projectId: ProjectId,
  videoId: string,
): Promise<NamedVideo | undefined> {
  const name = videoId.toLowerCase()
  const ownId = assetIdOf(name)
  const view =
    (await orUndefined(library.getByKey(projectId, VIDEO_ID, name))) ??
    (ownId && (await orUndefined(library.get(projectId, ownId))))
  return view && { videoId: name, view }
}

/** As `findVideo`; what is kept as it came, audio and material files, is no film. */
export async function findFilm(
  services: Services,
  projectId: ProjectId,
  videoId: string,
): Promise<NamedVideo | undefined> {
  const found = isVideoId(videoId) ? await findVideo(services, projectId, videoId) : undefined
  return found?.view.asset.metadata['cloudv.kind'] === undefined ? found : undefined
}

function orUndefined(view: Promise<AssetView>): Promise<AssetView | undefined> {
  return view.catch((error: unknown) => {
    if (isDomainError(error, 'not_found')) return undefined
    throw error
  })
}
