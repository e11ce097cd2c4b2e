import type { AccessService } from '../core/access/access-service.ts'
import type { JobService } from '../core/jobs/job-service.ts'
import type { CategoryService } from '../core/library/category-service.ts'
import type { ChannelService } from '../core/library/channel-service.ts'
import type { CopyService } from '../core/library/copy-service.ts'
import type { ExternalNames } from '../core/library/external-names.ts'
import type { LibraryService } from '../core/library/library-service.ts'
import type { PlacementService } from '../core/library/placement-service.ts'
import type { PosterService } from '../core/library/poster-service.ts'
import type { ReprocessService } from '../core/library/reprocess-service.ts'
import type { SourceVersions } from '../core/library/source-versions.ts'
import type { PictureService } from '../core/playback/picture-service.ts'
import type { PlaybackService } from '../core/playback/playback-service.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { RequestSender } from '../core/ports/request-sender.ts'
import type { MediaSettingsService } from '../core/transcoding/media-settings-service.ts'
import type { RenditionRemoval } from '../core/transcoding/rendition-removal.ts'
import type { RenditionService } from '../core/transcoding/rendition-service.ts'
import type { SubtitleService } from '../core/transcoding/subtitle-service.ts'
import type { PullService } from '../core/uploads/pull-service.ts'
import type { UploadService } from '../core/uploads/upload-service.ts'
import type { WebhookService } from '../core/webhooks/webhook-service.ts'

/** What transports and dialects are given. They know the core's services and nothing behind them. */
export type Services = Readonly<{
  access: AccessService
  uploads: UploadService
  pulls: PullService
  library: LibraryService
  versions: SourceVersions
  categories: CategoryService
  channels: ChannelService
  placements: PlacementService
  posters: PosterService
  reprocess: ReprocessService
  copies: CopyService
  names: ExternalNames
  jobs: JobService
  playback: PlaybackService
  pictures: PictureService
  mediaSettings: MediaSettingsService
  subtitles: SubtitleService
  renditions: RenditionService
  renditionRemoval: RenditionRemoval
  webhooks: WebhookService
  /** For what a protocol has to ask of its customer's server before it can answer; all else are events. */
  requests: RequestSender
  clock: Clock
  /** The server's address as clients see it, without a slash at the end. */
  publicUrl: string
}>
