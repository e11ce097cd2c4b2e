import type { Config } from './config/load-config.ts'
import { AccessService } from './core/access/access-service.ts'
import { JobService } from './core/jobs/job-service.ts'
import { CategoryService } from './core/library/category-service.ts'
import { ChannelService } from './core/library/channel-service.ts'
import { CopyService } from './core/library/copy-service.ts'
import { ExternalNames } from './core/library/external-names.ts'
import { LibraryService } from './core/library/library-service.ts'
import { PlacementService } from './core/library/placement-service.ts'
import { PosterService } from './core/library/poster-service.ts'
import { ReprocessService } from './core/library/reprocess-service.ts'
import { SourceVersions } from './core/library/source-versions.ts'
import { PictureService } from './core/playback/picture-service.ts'
import { PlaybackService } from './core/playback/playback-service.ts'
import { MediaSettingsService } from './core/transcoding/media-settings-service.ts'
import { RenditionRemoval } from './core/transcoding/rendition-removal.ts'
import { RenditionService } from './core/transcoding/rendition-service.ts'
import { SubtitleService } from './core/transcoding/subtitle-service.ts'
import { PullService } from './core/uploads/pull-service.ts'
import { UploadService } from './core/uploads/upload-service.ts'
import { WebhookService } from './core/webhooks/webhook-service.ts'
import type { Services } from './http/services.ts'
import type { Infrastructure } from './infrastructure.ts'
import { HttpRemoteFiles } from './pull/http-remote-files.ts'
import { HttpRequestSender } from './pull/http-request-sender.ts'
import { webhookFormats } from './webhook-formats.ts'

/**
 * The core's services over these adapters. `publicUrl` is asked when a link is made: with port 0 it is known only once
 * the server listens.
 */
export function buildServices(config: Config, infrastructure: Infrastructure, publicUrl: () => string): Services {
  const { work, staging, blobs, bus, eventWake, clock, random, sealer, queue } = infrastructure
  const wakeWorkers = (): Promise<void> => queue.wake()
  const library = new LibraryService({ work, clock, random, wakeWorkers })
  const requests = new HttpRequestSender(config.webhooks)
  const uploads = new UploadService({ work, staging, bus, clock, random, limits: config.uploads, wakeWorkers })
  const mediaSettings = new MediaSettingsService({ work, clock, random })
  const services: Services = {
    access: new AccessService({ work, clock, random }),
    uploads,
    pulls: new PullService({ uploads, remote: new HttpRemoteFiles(config.pull), work, clock }),
    library,
    versions: new SourceVersions({ work, clock, random, wakeWorkers }),
    categories: new CategoryService({ work, clock, random }),
    channels: new ChannelService({ work, clock, random }),
    placements: new PlacementService({ library, work, clock, random }),
    posters: new PosterService({ work, blobs, clock, random, wakeWorkers }),
    pictures: new PictureService({ blobs, resizer: infrastructure.images }),
    reprocess: new ReprocessService({ work, clock, random, wakeWorkers }),
    copies: new CopyService({ work, clock, random, wakeWorkers }),
    names: new ExternalNames({ work }),
    jobs: new JobService({ work, clock, wakeWorkers }),
    playback: new PlaybackService({ library, work, blobs, clock, key: sealer.derive('playback') }),
    mediaSettings,
    subtitles: new SubtitleService({ work, clock, random }),
    renditions: new RenditionService({ mediaSettings, work, clock, wakeWorkers }),
    renditionRemoval: new RenditionRemoval({ work, clock }),
    webhooks: new WebhookService({
      work,
      clock,
      random,
      formats: webhookFormats({ work, library, services: () => services }),
      sender: requests,
      wake: () => eventWake.notify(),
    }),
    requests,
    clock,
    get publicUrl() {
      return publicUrl()
    },
  }
  return services
}
