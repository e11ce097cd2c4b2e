import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'
import { DiskBlobStore } from './blobs/disk-blob-store.ts'
import { DiskStagingStore } from './blobs/disk-staging-store.ts'
import { MemoryBus } from './bus/memory-bus.ts'
import { PostgresBus } from './bus/postgres-bus.ts'
import type { Config } from './config/load-config.ts'
import { readOrMakeMasterKey } from './config/master-key.ts'
import { Sealer } from './core/access/sealing.ts'
import type { Clock } from './core/ports/clock.ts'
import type { ImageResizer } from './core/ports/image-resizer.ts'
import type { Locker } from './core/ports/locker.ts'
import type { MessageBus } from './core/ports/message-bus.ts'
import type { Random } from './core/ports/random.ts'
import { EventWake } from './core/webhooks/event-wake.ts'
import { KyselyUnitOfWork } from './db/kysely-unit-of-work.ts'
import { migrate, type OpenDatabase, openPostgres, openSqlite } from './db/open-database.ts'
import { SharpImageResizer } from './images/sharp-image-resizer.ts'
import { MemoryLocker } from './locks/memory-locker.ts'
import { PostgresLocker } from './locks/postgres-locker.ts'
import { DatabaseJobQueue } from './queue/database-job-queue.ts'

/** Bus and locker hold a connection each for as long as the process runs. */
const SPARE_CONNECTIONS = 2

/** The adapters that a configuration chooses, opened and ready. */
export type Infrastructure = Readonly<{
  clock: Clock
  random: Random
  sealer: Sealer
  database: OpenDatabase
  work: KyselyUnitOfWork
  bus: MessageBus
  /** Tells the workers of new events and deliveries. */
  eventWake: EventWake
  locker: Locker
  queue: DatabaseJobQueue
  blobs: DiskBlobStore
  staging: DiskStagingStore
  images: ImageResizer
  /** Closes all of it, in order. Call once everything that uses it has stopped. */
  close(): Promise<void>
}>

/** `DATABASE_URL` chooses database, queue, locks and bus together, so that they cannot contradict each other. */
export async function openInfrastructure(
  config: Config,
  parts: Readonly<{ clock: Clock; random: Random; logger: Logger }>,
): Promise<Infrastructure> {
  const { clock, random, logger } = parts
  await mkdir(config.dataDirectory, { recursive: true })
  const sealer = new Sealer(config.masterKey ?? (await readOrMakeMasterKey(config.dataDirectory)))
  const database = await openConfiguredDatabase(config, logger)
  try {
    const migrations = await migrate(database.db)
    if (migrations.length > 0) logger.info({ migrations }, 'database migrated')
    const onHandlerError = (error: unknown): void => logger.error({ err: error }, 'a bus subscriber failed')
    const onConnectionError = (error: unknown): void => logger.warn({ err: error }, 'the bus lost its connection')
    const bus = database.pool
      ? await PostgresBus.open({ pool: database.pool, clock, onHandlerError, onConnectionError })
      : new MemoryBus({ onHandlerError })
    const locker = database.pool ? new PostgresLocker({ pool: database.pool }) : new MemoryLocker()
    const queue = new DatabaseJobQueue({ database, clock, bus })
    const blobs = new DiskBlobStore({ directory: config.blobs.directory })
    const staging = new DiskStagingStore({ directory: join(config.blobs.directory, '~staging'), blobs })
    // Staged files and blobs must share a file system; the operator hears of it now, not with the first upload.
    await staging.prepare()
    const images = new SharpImageResizer()
    const eventWake = new EventWake({ bus, onError: onHandlerError })
    const work = new KyselyUnitOfWork({ database, sealer, random, onEvents: () => eventWake.notify() })
    const close = async (): Promise<void> => {
      queue.close()
      await bus.close()
      await locker.close()
      await database.close()
    }
    return { clock, random, sealer, database, work, bus, eventWake, locker, queue, blobs, staging, images, close }
  } catch (error) {
    await database.close()
    throw error
  }
}

async function openConfiguredDatabase(config: Config, logger: Logger): Promise<OpenDatabase> {
  if (config.database.kind === 'postgres') {
    const { url, poolSize } = config.database
    return openPostgres(url, poolSize + SPARE_CONNECTIONS, (error) =>
      logger.warn({ err: error }, 'a database connection broke'),
    )
  }
  await mkdir(dirname(config.database.file), { recursive: true })
  return openSqlite(config.database.file)
}
