import type { AssetId, CategoryId, ChannelId, ProjectId } from '../../../../core/ids.ts'
import type { Category, CategoryTree } from '../../../../core/library/category.ts'
import type { Channel, Placement } from '../../../../core/library/channel.ts'
import type { AssetView } from '../../../../core/library/library-service.ts'
import type { MediaInfo } from '../../../../core/transcoding/media-info.ts'
import type { Subtitle } from '../../../../core/transcoding/subtitle.ts'
import type { Services } from '../../../services.ts'
import { contentProviderKey } from '../access.ts'
import { categoryKey, channelKey, derivedUploadFileKey } from '../keys.ts'
import { UPLOAD_FILE_KEY } from '../upload-file-key.ts'
import { numericId } from '../wire/numeric-id.ts'
import { bit, humanSize, playTime, unixSeconds } from '../wire/quantities.ts'
import { subtitleItem } from './subtitle.ts'
import { transcodingFiles } from './transcoding-files.ts'
import { TRANSCODING_STAGES } from './transcoding-stage.ts'

/** What a media content is shown with, looked up for all of a page at once. */
type Surroundings = Readonly<{
  services: Services
  account: string
  uploadFileKeys: ReadonlyMap<string, string>
  categoriesOf: ReadonlyMap<AssetId, readonly CategoryId[]>
  tree: CategoryTree
  placementsOf: ReadonlyMap<AssetId, readonly Placement[]>
  channels: ReadonlyMap<ChannelId, Channel>
  subtitlesOf: ReadonlyMap<AssetId, readonly Subtitle[]>
}>

export type MediaContent = ReturnType<typeof mediaContent>

/** Media contents as every generation shows them: the union of what clients read. */
export async function mediaContents(
  services: Services,
  projectId: ProjectId,
  views: readonly AssetView[],
): Promise<readonly MediaContent[]> {
  if (views.length === 0) return []
  const ids = views.map(({ asset }) => asset.id)
  const surroundings = await surroundingsOf(services, projectId, ids)
  return views.map((view) => mediaContent(view, surroundings))
}

export async function oneMediaContent(services: Services, projectId: ProjectId, view: AssetView) {
  return mediaContent(view, await surroundingsOf(services, projectId, [view.asset.id]))
}

async function surroundingsOf(
  services: Services,
  projectId: ProjectId,
  ids: readonly AssetId[],
): Promise<Surroundings> {
  const { categories, channels, names, placements, subtitles } = services
  const placed = await placements.ofAssets(ids)
  const channelIds = [...new Set(placed.map(({ channelId }) => channelId))]
  return {
    services,
    account: await contentProviderKey(services, projectId),
    uploadFileKeys: await names.ensure(projectId, UPLOAD_FILE_KEY, ids, (id) => derivedUploadFileKey(id as AssetId)),
    categoriesOf: await categories.ofAssets(ids),
    tree: await categories.tree(projectId),
    placementsOf: Map.groupBy(placed, ({ assetId }) => assetId),
    channels: await channels.getMany(projectId, channelIds),
    subtitlesOf: await subtitles.ofAssets(ids),
  }
}

/** Source: docs/dialects/kollus.md#media-contents. */
function mediaContent(view: AssetView, surroundings: Surroundings) {
  const { asset, source, status } = view
  const { services, account, tree } = surroundings
  const placements = surroundings.placementsOf.get(asset.id) ?? []
  const [first] = placements
  const stage = TRANSCODING_STAGES[status.stage]
  const picture = pictureOf(view, first, services)
  const uploadFileKey = surroundings.uploadFileKeys.get(asset.id) ?? derivedUploadFileKey(asset.id)
  const [categoryId] = surroundings.categoriesOf.get(asset.id) ?? []
  const category = categoryId && tree.get(categoryId)
  return {
    id: numericId(asset.id),
    kind: asset.kind === 'audio' ? 2 : 1,
    kind_name: asset.kind === 'audio' ? 'audio' : 'video',
    title: asset.title,
    description: asset.description,
    tags: asset.tags,
    upload_file_key: uploadFileKey,
    duration: playTime(source?.media?.durationMs ?? 0),
    ...categoryFields(category || undefined),
    use_encryption: bit(source?.treatment?.encryption !== undefined),
    is_passthrough: bit(source?.treatment?.delivery === 'passthrough'),
    is_enabled: bit(asset.isEnabled),
    status: bit(asset.isEnabled),
    poster_url: picture,
    snapshot_url: picture,
    original_file_name: source?.fileName ?? '',
    original_file_size: source?.sizeBytes ?? 0,
    original_file_human_readable_size: humanSize(source?.sizeBytes ?? 0),
    media_information: source?.media === undefined ? null : mediaInformation(source.media),
    transcoding_stage: stage.number,
    transcoding_stage_name: stage.name,
    transcoding_progress: Math.round(status.progress * 100),
    transcoding_files: transcodingFiles(view, account),
    subtitles: (surroundings.subtitlesOf.get(asset.id) ?? []).map((one) => subtitleItem(one, view, services)),
    media_content_keys: placements.map(({ key }) => key),
    channels: placements.flatMap((placement) => {
      const channel = surroundings.channels.get(placement.channelId)
      return channel === undefined ? [] : [channelOfContent(placement, channel)]
    }),
    transcoded_at: unixSeconds(source?.readyAtMs),
    created_at: unixSeconds(asset.createdAtMs),
    updated_at: unixSeconds(asset.updatedAtMs),
  }
}

/** In the vendor's default category, which is none of ours, the fields are empty. */
function categoryFields(category: Category | undefined) {
  const key = category === undefined ? '' : categoryKey(category.id)
  const name = category?.name ?? ''
  return { category_key: key, category_name: name, category: category === undefined ? null : { key, name } }
}

function channelOfContent(placement: Placement, channel: Channel) {
  const key = channelKey(channel.id)
  return {
    key,
    name: channel.name,
    channel_key: key,
    channel_name: channel.name,
    media_content_key: placement.key,
    status: bit(channel.isEnabled),
  }
}

/** Published, its address stays; before, it is one of ours that is good for some hours. Empty while there is none. */
function pictureOf(view: AssetView, placement: Placement | undefined, services: Services): string {
  if (view.source?.posterKey === undefined) return ''
  if (placement !== undefined) return `${services.publicUrl}/poster/${placement.key}`
  const path = services.playback.paths(view)?.poster
  return path === undefined ? '' : services.publicUrl + path
}

function mediaInformation({ container, durationMs, sizeBytes, bitRate, video, audio: [sound] }: MediaInfo) {
  return {
    file: {
      filesize: sizeBytes,
      human_filesize: humanSize(sizeBytes),
      raw_duration: durationMs,
      duration: playTime(durationMs),
      container_format: container,
      bitrate: bitRate ?? null,
    },
    video:
      video === undefined
        ? null
        : {
            codec: video.codec,
            width: video.widthPx,
            height: video.heightPx,
            framerate: video.frameRate,
            bitrate: video.bitRate ?? null,
          },
    audio:
      sound === undefined
        ? null
        : {
            codec: sound.codec,
            samplerate: sound.sampleRateHz,
            channel: sound.channels,
            bitrate: sound.bitRate ?? null,
          },
  }
}
