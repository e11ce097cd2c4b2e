import { CompiledQuery, type KyselyPlugin } from 'kysely'
import { expect, it } from 'vitest'
import { freshSqlite, unitOfWorkOn } from '../../test/support/database.ts'
import {
  aCategory,
  aChannel,
  aMediaInfo,
  anAsset,
  anUpload,
  aPlacement,
  aProject,
  aRendition,
  aSource,
  START_MS,
} from '../../test/support/rows.ts'
import { aDelivery, anEndpoint } from '../../test/support/webhook-rows.ts'
import type { RecordedEvent } from '../core/events.ts'
import type { ClaimedJob } from '../core/jobs/job.ts'
import type { Asset } from '../core/library/asset.ts'
import { ASSET_ORDERS, type AssetFilter } from '../core/library/asset-filter.ts'
import type { Repositories } from '../core/ports/unit-of-work.ts'
import { DEFAULT_PROFILE } from '../core/transcoding/profile.ts'
import { DEFAULT_WORKFLOW } from '../core/transcoding/workflow.ts'
import type { ClaimedDelivery } from '../core/webhooks/delivery.ts'
import type { OpenDatabase } from './open-database.ts'

/**
 * Calls every method of every repository, so that each statement passes by. A new method has to be added here: the
 * last expectation of the test counts them.
 */
async function callEverything(tx: Repositories): Promise<ReadonlySet<string>> {
  const called = new Set<string>()
  const spied = Object.fromEntries(
    Object.entries(tx).map(([name, repository]) => [name, noteCalls(repository, name, called)]),
  ) as Repositories
  const { projects, apiKeys, users, credentials, uploads, assets, sources, jobs, outbox, externalKeys, idempotency } =
    spied
  const { pulls } = spied
  const project = aProject()
  const projectId = project.id
  await projects.insert(project)
  await projects.get(projectId)
  await projects.first()
  const key = { id: 'key_1' as never, projectId, name: 'k', hint: 'h', createdAtMs: START_MS, revokedAtMs: undefined }
  await apiKeys.insert(key, 'hash')
  await apiKeys.findByHash('hash')
  await apiKeys.list(projectId)
  await apiKeys.revoke(projectId, key.id, START_MS)
  const user = { id: 'usr_1' as never, projectId, login: 'l', passwordHash: 'p', createdAtMs: START_MS }
  await users.insert(user)
  await users.findByLogin('l')
  await users.get(user.id)
  await users.setPasswordHash(user.id, 'q')
  await users.insertSession({ hash: 's', userId: user.id, expiresAtMs: START_MS })
  await users.findSession('s', START_MS)
  await users.deleteSession('s')
  await users.deleteExpiredSessions(START_MS)
  await credentials.put({ projectId, dialect: 'd', lookup: 'l', secrets: {} })
  await credentials.find('d', 'l')
  await credentials.listForProject(projectId, 'd')
  await credentials.revoke('d', 'h', START_MS)
  await credentials.isRevoked('d', ['h', 'i'])
  await credentials.countUse('d', 'h', { limit: 2, untilMs: START_MS })
  await credentials.forgetSessions(START_MS)
  const asset = anAsset(projectId)
  await assets.insert(asset)
  await assets.get(projectId, asset.id)
  await assets.find(asset.id)
  await assets.lock(asset.id)
  await assets.list(projectId, {}, { limit: 10, after: asset.id })
  await assets.list(projectId, { includeWaiting: true }, { limit: 10, after: asset.id })
  await assets.update(asset.id, { title: 't' }, START_MS)
  await assets.expire(asset.id, { atMs: START_MS, onlyIfEmpty: false })
  await assets.expiry(asset.id)
  await assets.expiring(START_MS, 10)
  const upload = anUpload(projectId, { assetId: asset.id })
  await uploads.insert(upload, 'token')
  await uploads.findByTokenHash('token')
  await uploads.addRange(upload.id, { start: 0, end: 5 }, ['r'])
  await uploads.get(upload.id)
  await uploads.lock(upload.id)
  await uploads.newestForAsset(asset.id)
  await uploads.newestForAssets([asset.id])
  await uploads.list(projectId, { states: ['pending'], ownerId: 'o' }, { limit: 10, after: upload.id })
  await uploads.update(upload.id, { state: 'receiving' }, START_MS)
  await uploads.receipts(upload.id)
  await uploads.listExpired(START_MS, 10)
  await uploads.listUnclaimed(START_MS, 10)
  await uploads.listWithDigest(projectId, 'digest', 10)
  await uploads.listJoining(10)
  await uploads.partsIn('k')
  await uploads.openPartsOf(upload.id)
  await uploads.unownedStagingKeys(['k'])
  await uploads.reservedBytes()
  await uploads.endForAsset(asset.id, START_MS)
  await uploads.clearRanges(upload.id)
  const source = aSource(asset)
  await sources.insert(source)
  await sources.get(source.id)
  await sources.listForAsset(asset.id)
  await sources.newestForAssets([asset.id])
  await sources.foldersOf(source.id)
  await sources.usersOf(source.id)
  await sources.update(source.id, { media: aMediaInfo() })
  await sources.setRenditions(source.id, [aRendition(source)])
  await sources.renditions([source.id])
  await sources.setContentKeys(source.id, [new Uint8Array(16)])
  await sources.contentKeys(source.id)
  const { profiles, workflows, images, subtitles } = spied
  const kept = { projectId, key: 'k', name: 'n', createdAtMs: START_MS, updatedAtMs: START_MS }
  await profiles.put({ ...kept, id: 'prf_1' as never, settings: DEFAULT_PROFILE })
  await workflows.put({ ...kept, id: 'wfl_1' as never, settings: DEFAULT_WORKFLOW })
  for (const settings of [profiles, workflows]) {
    await settings.find(projectId, 'k')
    await settings.list(projectId)
    await settings.delete(projectId, 'k')
  }
  const image = { id: 'img_1' as never, projectId, contentType: 'image/png', sizeBytes: 1 } as const
  await images.insert({ ...image, createdAtMs: START_MS }, new Uint8Array(1))
  await images.get(projectId, image.id)
  await images.bytes(image.id)
  await images.list(projectId)
  await images.delete(projectId, image.id)
  const subtitle = { id: 'sub_1' as never, assetId: asset.id, language: 'en', label: 'English' } as const
  await subtitles.insert({ ...subtitle, kind: 'subtitles', isDefault: true, createdAtMs: START_MS }, 'WEBVTT')
  await subtitles.get(subtitle.id)
  await subtitles.vtt(subtitle.id)
  await subtitles.listForAsset(asset.id)
  await subtitles.listForAssets([asset.id])
  await subtitles.listAll(asset.id)
  await subtitles.update(subtitle.id, { label: 'other' })
  await subtitles.clearDefault(asset.id)
  await subtitles.delete(asset.id, subtitle.id)
  const job = { kind: 'ingest', projectId, assetId: asset.id, sourceId: source.id } as const
  await jobs.enqueue(job, { key: 'k', nowMs: START_MS })
  const [queued] = await jobs.listForSources([source.id])
  const claimed = queued as ClaimedJob
  await jobs.get(claimed.id)
  await jobs.finish(claimed, START_MS).catch(() => undefined)
  await jobs.fail(claimed, { code: 'c', reason: 'r', message: 'm' }, START_MS).catch(() => undefined)
  await jobs.listForAsset(asset.id)
  await jobs.cancel(claimed.id, { code: 'c', reason: 'r', message: 'm' }, START_MS)
  await jobs.requeue(claimed.id, START_MS)
  await jobs.park(claimed, START_MS).catch(() => undefined)
  await jobs.deleteForSource(source.id)
  const { splits } = spied
  const plan = { videoInput: undefined, video: [], audio: [], segmentDurationMs: 4_000, durationMs: 1 }
  await splits.insert({ sourceId: source.id, encodeJobId: claimed.id, packagePrefix: 'p/', plan, pieces: [] })
  await splits.get(source.id)
  await splits.setMade(source.id, 0, { renditions: [] })
  await splits.countMade(source.id)
  await splits.made(source.id)
  await splits.delete(source.id)
  await jobs.pullOf(upload.id)
  const version = { validator: 'v', totalBytes: 5 }
  await pulls.insert({ uploadId: upload.id, url: 'u', totalBytes: undefined, version: undefined })
  await pulls.get(upload.id)
  await pulls.describe(upload.id, { totalBytes: 5, version })
  await pulls.delete(upload.id)
  await outbox.append(projectId, { type: 'asset.deleted', assetId: asset.id }, START_MS)
  await outbox.list(projectId, 10)
  const [event] = await outbox.undispatched(10)
  const eventId = (event as RecordedEvent).id
  await outbox.get(eventId)
  await outbox.dispatched([eventId], START_MS)
  await outbox.deleteDispatched(START_MS, 10)
  const { endpoints, deliveries } = spied
  const endpoint = anEndpoint(projectId, { subjectId: asset.id })
  await endpoints.insert(endpoint)
  await endpoints.get(projectId, endpoint.id)
  await endpoints.find(endpoint.id)
  await endpoints.lock(endpoint.id)
  await endpoints.list(projectId, { format: 'f', channelId: 'c' }, { limit: 10, after: endpoint.id })
  await endpoints.listening(projectId, [asset.id])
  await endpoints.update(endpoint.id, { description: 'd' }, START_MS)
  await endpoints.hasten([endpoint.id], START_MS)
  await endpoints.lockDue(START_MS)
  await endpoints.setDue(endpoint.id, undefined)
  const delivery = aDelivery(endpoint)
  await deliveries.insert(delivery)
  await deliveries.get(projectId, delivery.id)
  await deliveries.list(projectId, {}, { limit: 10, after: delivery.id })
  await deliveries.list(projectId, { endpointId: endpoint.id, state: 'dead' }, { limit: 10, after: delivery.id })
  await deliveries.list(projectId, { eventId }, { limit: 10, after: delivery.id })
  const [sending] = await deliveries.take(endpoint.id, { nowMs: START_MS, leaseUntilMs: START_MS + 1, limit: 1 })
  const taken = sending as ClaimedDelivery
  await deliveries.countSending(endpoint.id, START_MS)
  await deliveries.nextDue(endpoint.id)
  const { id: deliveryId } = delivery
  const attempt = { deliveryId, number: 1, startedAtMs: START_MS, durationMs: 1, answer: '' } as const
  await deliveries.addAttempt({ ...attempt, status: 500, error: { reason: 'r', message: 'm' } })
  await deliveries.attempts([deliveryId])
  await deliveries.release(taken, START_MS)
  await deliveries.end(taken, { state: 'dead', dueAtMs: undefined, request: undefined }, START_MS)
  await deliveries.replay(deliveryId, START_MS)
  await deliveries.replayDead(endpoint.id, { sinceMs: 0, untilMs: START_MS, nowMs: START_MS, limit: 10 })
  await deliveries.killPending(endpoint.id, START_MS)
  await deliveries.drop(taken)
  await deliveries.deleteFinished(START_MS, 10)
  await endpoints.deleteForgotten(START_MS, 10)
  await endpoints.delete(projectId, endpoint.id)
  await externalKeys.insert({ projectId, namespace: 'n', key: 'k', subjectId: asset.id })
  await externalKeys.find('n', 'k', projectId)
  await externalKeys.keyOf('n', asset.id)
  await externalKeys.keysOf('n', [asset.id])
  await externalKeys.namesOf(asset.id)
  await callLibrary(spied, asset)
  await externalKeys.deleteOf(asset.id)
  await sources.delete(source.id)
  await idempotency.insert({ projectId, key: 'k', requestHash: 'h', answer: 'a', atMs: START_MS })
  await idempotency.find(projectId, 'k')
  await idempotency.deleteOlderThan(START_MS)
  await assets.delete(asset.id)
  await uploads.delete(upload.id)
  return called
}

async function callLibrary({ assets, categories, channels, placements }: Repositories, asset: Asset): Promise<void> {
  const { projectId } = asset
  const category = aCategory(projectId)
  const channel = aChannel(projectId)
  const placement = aPlacement(channel, asset)
  await categories.insert(category)
  await categories.get(projectId, category.id)
  await categories.all(projectId)
  await categories.update(category.id, { name: 'n' }, START_MS)
  await categories.addAsset(category.id, asset.id, START_MS)
  await categories.assetCounts([category.id])
  await categories.ofAssets([asset.id])
  await channels.insert(channel)
  await channels.get(projectId, channel.id)
  await channels.getMany(projectId, [channel.id])
  await channels.list(projectId, { keyword: 'k' }, { offset: 0, limit: 10 })
  await channels.count(projectId, { keyword: 'k' })
  await channels.update(channel.id, { name: 'n' }, START_MS)
  await channels.placementCounts([channel.id])
  await categories.addChannel(category.id, channel.id)
  await categories.channelsOf([category.id])
  await placements.insert(placement)
  await placements.get(projectId, placement.id)
  await placements.findByKey(placement.key)
  await placements.find(channel.id, asset.id)
  await placements.ofAssets([asset.id])
  await placements.inChannel(channel.id, [asset.id])
  await placements.listForChannel(channel.id, { limit: 10, after: placement.id })
  await placements.update(placement.id, { assetId: asset.id, previousAssetId: undefined })
  const filter: AssetFilter = {
    categoryIds: [category.id],
    channelId: channel.id,
    keyword: 'k',
    title: 't',
    tags: ['t'],
    states: ['waiting', 'processing', 'ready', 'failed'],
    isEnabled: true,
    kinds: ['video'],
    ownerId: 'o',
    createdFromMs: START_MS,
    createdBeforeMs: START_MS,
    updatedFromMs: START_MS,
    updatedBeforeMs: START_MS,
  }
  for (const order of ASSET_ORDERS) {
    for (const some of [filter, {}, { ids: [asset.id], notIds: [asset.id] }, { isUncategorised: true }]) {
      await assets.search(projectId, some, { order, offset: 0, limit: 10 })
      await assets.count(projectId, some)
    }
  }
  await placements.delete(placement.id)
  await categories.removeChannel(category.id, channel.id)
  await categories.removeAsset(category.id, asset.id)
  await channels.delete(channel.id)
  await categories.delete(category.id)
}

function noteCalls(repository: object, name: string, called: Set<string>): object {
  return new Proxy(repository, {
    get: (target, method) => {
      called.add(`${name}.${String(method)}`)
      return Reflect.get(target, method)
    },
  })
}

/** Notes every statement that passes. */
function noteStatements(database: OpenDatabase, statements: Map<string, CompiledQuery>): OpenDatabase {
  const plugin: KyselyPlugin = {
    transformQuery: ({ node, queryId }) => {
      const query = database.db.getExecutor().compileQuery(node, queryId)
      statements.set(query.sql, query)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return { ...database, db: database.db.withPlugin(plugin) }
}

const ALLOWED_SCANS = [
  // In the order of the index, and only the first row of it.
  'SCAN projects USING INDEX sqlite_autoindex_projects_1',
  // The index has nothing but open uploads in it.
  'SCAN uploads USING INDEX uploads_open',
  'SCAN outbox USING INDEX outbox_undispatched',
  'SCAN uploads USING INDEX uploads_joining',
]

it('lets no statement of a repository read a whole table', async () => {
  const database = (await freshSqlite()).open()
  const statements = new Map<string, CompiledQuery>()
  const { read } = unitOfWorkOn(noteStatements(database, statements))
  const called = await callEverything(read)
  const scans: string[] = []
  for (const query of statements.values()) {
    const explain = CompiledQuery.raw(`explain query plan ${query.sql}`, [...query.parameters])
    const { rows } = await database.db.executeQuery<{ detail: string }>(explain)
    for (const { detail } of rows) {
      if (/SCAN|AUTOMATIC/.test(detail) && !ALLOWED_SCANS.includes(detail)) scans.push(`${detail}: ${query.sql}`)
    }
  }
  expect(scans).toEqual([])
  expect(statements.size).toBeGreaterThan(60)
  const methods = Object.entries(read).flatMap(([name, repository]) =>
    Object.keys(repository).map((method) => `${name}.${method}`),
  )
  expect([...called].toSorted()).toEqual(methods.toSorted())
})
