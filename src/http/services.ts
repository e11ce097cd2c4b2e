import type { AccessService } from '../core/access/access-service.ts'
import type { JobService } from '../core/jobs/job-service.ts'
import type { LibraryService } from '../core/library/library-service.ts'
import type { PlaybackService } from '../core/playback/playback-service.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { PullService } from '../core/uploads/pull-service.ts'
import type { UploadService } from '../core/uploads/upload-service.ts'
import type { WebhookService } from '../core/webhooks/webhook-service.ts'

/** What transports and dialects are given. They know the core's services and nothing behind them. */
export type Services = Readonly<{
  access: AccessService
  uploads: UploadService
  pulls: PullService
  library: LibraryService
  jobs: JobService
  playback: PlaybackService
  webhooks: WebhookService
  clock: Clock
  /** The server's address as clients see it, without a slash at the end. */
  publicUrl: string
}>
