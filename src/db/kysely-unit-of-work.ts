import type { Sealer } from '../core/access/sealing.ts'
import type { Random } from '../core/ports/random.ts'
import type { Repositories, UnitOfWork } from '../core/ports/unit-of-work.ts'
import type { RepositoryContext } from './context.ts'
import type { OpenDatabase } from './open-database.ts'
import { apiKeyRepository, credentialRepository, projectRepository, userRepository } from './repositories/access.ts'
import { categoryRepository } from './repositories/categories.ts'
import { channelRepository } from './repositories/channels.ts'
import { jobRepository } from './repositories/jobs.ts'
import { externalKeyRepository, idempotencyRepository, outboxRepository } from './repositories/journal.ts'
import { assetRepository, sourceRepository } from './repositories/library.ts'
import {
  imageRepository,
  profileRepository,
  subtitleRepository,
  workflowRepository,
} from './repositories/media-settings.ts'
import { placementRepository } from './repositories/placements.ts'
import { pullRepository } from './repositories/pulls.ts'
import { splitRepository } from './repositories/splits.ts'
import { uploadRepository } from './repositories/uploads.ts'
import { deliveryRepository, endpointRepository } from './repositories/webhooks.ts'

/** The database as the core sees it, on SQLite and PostgreSQL alike. */
export class KyselyUnitOfWork implements UnitOfWork {
  readonly read: Repositories
  readonly #database: OpenDatabase
  readonly #parts: Readonly<{ sealer: Sealer; random: Random }>
  readonly #onEvents: () => void
  readonly #newestEvent: RepositoryContext['newestEvent'] = { id: undefined }

  /** `onEvents` is called after each transaction that noted events, for whoever reads them to look. */
  constructor(parts: Readonly<{ database: OpenDatabase; sealer: Sealer; random: Random; onEvents?: () => void }>) {
    this.#database = parts.database
    this.#parts = { sealer: parts.sealer, random: parts.random }
    this.#onEvents = parts.onEvents ?? (() => undefined)
    this.read = this.#repositories(parts.database.db, this.#onEvents)
  }

  async transaction<T>(work: (tx: Repositories) => Promise<T>): Promise<T> {
    let hasEvents = false
    const onEvent = (): void => {
      hasEvents = true
    }
    const result = await this.#database.db.transaction().execute((tx) => work(this.#repositories(tx, onEvent)))
    if (hasEvents) this.#onEvents()
    return result
  }

  #repositories(db: RepositoryContext['db'], onEvent: () => void): Repositories {
    const context: RepositoryContext = {
      db,
      kind: this.#database.kind,
      ...this.#parts,
      onEvent,
      newestEvent: this.#newestEvent,
    }
    return {
      projects: projectRepository(context),
      apiKeys: apiKeyRepository(context),
      users: userRepository(context),
      credentials: credentialRepository(context),
      uploads: uploadRepository(context),
      assets: assetRepository(context),
      categories: categoryRepository(context),
      channels: channelRepository(context),
      placements: placementRepository(context),
      sources: sourceRepository(context),
      profiles: profileRepository(context),
      workflows: workflowRepository(context),
      images: imageRepository(context),
      subtitles: subtitleRepository(context),
      splits: splitRepository(context),
      jobs: jobRepository(context),
      pulls: pullRepository(context),
      outbox: outboxRepository(context),
      endpoints: endpointRepository(context),
      deliveries: deliveryRepository(context),
      externalKeys: externalKeyRepository(context),
      idempotency: idempotencyRepository(context),
    }
  }
}
