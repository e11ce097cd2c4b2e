import { createHash } from 'node:crypto'
import { isDomainError } from '../../../core/errors.ts'
import type { AssetId, CategoryId, ProjectId } from '../../../core/ids.ts'
import type { AssetView } from '../../../core/library/library-service.ts'
import type { Random } from '../../../core/ports/random.ts'
import type { ExternalName } from '../../../core/ports/unit-of-work.ts'
import type { Services } from '../../services.ts'
import { FILE_NAMESPACES, type FileNamespace } from './file-kinds.ts'
import { type ProcessingWords, processingWords } from './processing.ts'
import { videoIdOf } from './video-id.ts'

/** Under these namespaces the core keeps what Cloud VoD clients call an asset. Keys begin with the project's id. */
const FILE_KEY = 'cloudv.file_key'
export const VIDEO_ID = 'cloudv.video_id'
const FILE_ID = 'cloudv.file_id'

/** Parameters of the vendor's that stay with the asset, under this prefix. */
const METADATA_PREFIX = 'cloudv.'

/** As long as the vendor keeps blocks that were never made a file of: about a month. */
const UNFILLED_MS = 31 * 24 * 60 * 60 * 1000

/** An object of a bucket and the asset behind it. */
export type Video = Readonly<{
  projectId: ProjectId
  assetId: AssetId
  bucket: string
  key: string
  videoId: string
  /** A file has been taken for it. */
  isStored: boolean
  fileName: string
  processing: ProcessingWords
  /** Subtitles were named that are to be drawn into the pictures. */
  isDrawnOn: boolean
  /** It is no film, and not to be made one. */
  kind: FileNamespace | undefined
}>

export type NewVideo = Readonly<{
  projectId: ProjectId
  bucket: string
  key: string
  title: string
  fileName: string
  /** The client's own name for this file, by which it finds the same video again. */
  fileId?: string | undefined
  /** Takes `fileId` over from this one. */
  instead?: Video | undefined
  categoryIds?: readonly CategoryId[]
  /** It is no video, but in the vendor's list of this namespace, and is kept as it is. */
  alsoIn?: FileNamespace | undefined
  parameters?: Readonly<Record<string, string>>
}>

type Tools = Readonly<{ services: Services; random: Random }>

/** Makes a video that waits for its file. Throws state_conflict when its key or `fileId` was taken meanwhile. */
export async function createVideo({ services, random }: Tools, request: NewVideo): Promise<Video> {
  const { projectId, title, categoryIds } = request
  const fillByMs = services.clock.now() + UNFILLED_MS
  const { videoId, metadata, externalKeys } = namesOf(request, random)
  return toVideo(
    await services.library.create({ projectId, title, categoryIds, fillByMs, metadata, externalKeys }),
    videoId,
  )
}

/** What the core keeps of a new video in the vendor's words. */
export function namesOf(request: Omit<NewVideo, 'title'>, random: Random) {
  const { projectId, bucket, key, fileName, fileId, instead, alsoIn, parameters = {} } = request
  const videoId = newVideoId(random)
  const own = Object.entries({ ...parameters, ...(alsoIn && { kind: alsoIn }), fileName, bucket, key })
  const externalKeys: ExternalName[] = [
    { namespace: FILE_KEY, key: `${projectId}/${bucket}:${key}` },
    { namespace: VIDEO_ID, key: videoId },
    ...(alsoIn === undefined ? [] : [{ namespace: alsoIn, key: videoId }]),
    ...(fileId === undefined ? [] : [{ namespace: FILE_ID, key: `${projectId}/${fileId}`, instead: instead?.assetId }]),
  ]
  const metadata = Object.fromEntries(own.map(([name, value]) => [METADATA_PREFIX + name, value]))
  return { videoId, metadata, externalKeys }
}

/** The video whose file has this key, if there is one. */
export function findByFileKey(
  services: Services,
  { projectId, bucket, key }: Readonly<{ projectId: ProjectId; bucket: string; key: string }>,
): Promise<Video | undefined> {
  return find(services, projectId, FILE_KEY, `${projectId}/${bucket}:${key}`)
}

/** The video that the client's own name for a file means now, if it means one. */
export function findByFileId(services: Services, projectId: ProjectId, fileId: string): Promise<Video | undefined> {
  return find(services, projectId, FILE_ID, `${projectId}/${fileId}`)
}

/** What the vendor's clients call an asset, whichever way it came. */
export async function nameOf({ library }: Services, assetId: AssetId): Promise<string> {
  return (await library.keyOf(VIDEO_ID, assetId)) ?? videoIdOf(assetId)
}

/**
 * Asks `find` until it finds something or `create` made it: what two requests make at once, one of them finds.
 * Throws state_conflict after some tries.
 */
export async function findOrCreate<T>(find: () => Promise<T | undefined>, create: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const found = await find()
    if (found !== undefined) return found
    try {
      return await create()
    } catch (error) {
      if (!isDomainError(error, 'state_conflict') || attempt === ATTEMPTS) throw error
    }
  }
}

const ATTEMPTS = 5

/** A new object key, for example `video/20260301/<account>/<random>.mp4`. */
export function newFileKey(projectId: ProjectId, fileName: string, nowMs: number, random: Random): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '')
  const account = createHash('sha256').update(projectId).digest('hex').slice(0, 32)
  const extension = /\.[A-Za-z0-9]{1,16}$/.exec(fileName)?.[0] ?? ''
  return `video/${day}/${account}/${Buffer.from(random.bytes(16)).toString('hex')}${extension.toLowerCase()}`
}

/** 32 hexadecimal digits, the last eight of them zeros, as the vendor's are. */
function newVideoId(random: Random): string {
  return `${Buffer.from(random.bytes(12)).toString('hex')}00000000`
}

async function find(
  { library }: Services,
  projectId: ProjectId,
  namespace: string,
  key: string,
): Promise<Video | undefined> {
  const view = await library.getByKey(projectId, namespace, key).catch((error: unknown) => {
    if (isDomainError(error, 'not_found')) return undefined
    throw error
  })
  const videoId = view && (await library.keyOf(VIDEO_ID, view.asset.id))
  return view && videoId !== undefined ? toVideo(view, videoId) : undefined
}

function toVideo({ asset, source }: AssetView, videoId: string): Video {
  const parameter = (name: string): string | undefined => asset.metadata[METADATA_PREFIX + name]
  return {
    projectId: asset.projectId,
    assetId: asset.id,
    bucket: parameter('bucket') ?? '',
    key: parameter('key') ?? '',
    videoId,
    isStored: source !== undefined,
    fileName: parameter('fileName') ?? '',
    processing: processingWords(parameter),
    isDrawnOn: parameter('subtitleId') !== undefined,
    kind: FILE_NAMESPACES.find((kind) => kind === parameter('kind')),
  }
}
