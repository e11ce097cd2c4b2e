import { CompiledQuery, type Kysely, type KyselyPlugin } from 'kysely'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IdKind, newId } from '../../../src/core/ids.ts'
import { CategoryService } from '../../../src/core/library/category-service.ts'
import { ChannelService } from '../../../src/core/library/channel-service.ts'
import { ExternalNames } from '../../../src/core/library/external-names.ts'
import { LibraryService } from '../../../src/core/library/library-service.ts'
import { PlacementService } from '../../../src/core/library/placement-service.ts'
import { SubtitleService } from '../../../src/core/transcoding/subtitle-service.ts'
import { kollusDialect } from '../../../src/http/dialects/kollus/index.ts'
import { buildServer } from '../../../src/http/server.ts'
import { unitOfWorkOn } from '../../support/database.ts'
import { ApiClient } from './api-client.ts'
import { finishProcessing } from './finish-processing.ts'
import { type KollusApp, startKollusApp } from './kollus-app.ts'

const COUNT = 10_000
const CHUNK = 500
const OTHER_CHANNELS = 40

type Row = Record<string, unknown>
type AnyTables = Kysely<Record<string, Row>>

let app: KollusApp
let cms: ApiClient
let channelKey: string
let categoryKey: string

/** Copies of one row, each with what `change` says of the copy's number. */
async function copies(table: string, where: Row, change: (row: Row, n: number) => Row): Promise<void> {
  const db = app.infrastructure.database.db as unknown as AnyTables
  let query = db.selectFrom(table).selectAll()
  for (const [column, value] of Object.entries(where)) query = query.where(column, '=', value)
  const row = (await query.executeTakeFirstOrThrow()) as Row
  for (let from = 1; from < COUNT; from += CHUNK) {
    const size = Math.min(CHUNK, COUNT - from)
    const values = Array.from({ length: size }, (_, i) => ({ ...row, ...change(row, from + i) }))
    await db.insertInto(table).values(values).execute()
  }
}

/** One film that was uploaded, encoded, filed and published, and as many copies of it as make a large library. */
beforeAll(async () => {
  app = await startKollusApp()
  cms = new ApiClient(app)
  categoryKey = (await cms.post('/api/categories', { name: 'Lectures' })).data.key
  channelKey = (await cms.post('/api/channels', { name: 'Public' })).data.key
  const film = await cms.upload(Buffer.from('a film'), { title: 'film 0', category_key: categoryKey })
  await finishProcessing(app)
  await cms.post(`/0/media/channel/attach/${film}`, { channel_key: channelKey })
  const { clock, random } = app.infrastructure
  const startMs = clock.now() + 1_000
  const ids = <K extends IdKind>(kind: K) =>
    Array.from({ length: COUNT }, (_, n) => newId(kind, startMs + n, random) as string)
  const [assets, sources, uploads] = [ids('asset'), ids('source'), ids('upload')]
  const [placements, more] = [ids('placement'), ids('placement')]
  const first = (await cms.get(`/api/media-contents/${film}`)).data
  await copies('assets', {}, (_row, n) => ({
    id: assets[n],
    title: `film ${n}`,
    title_folded: `film ${n}`,
    current_source_id: sources[n],
  }))
  await copies('sources', {}, (_row, n) => ({ id: sources[n], asset_id: assets[n], upload_id: uploads[n] }))
  await copies('asset_categories', {}, (_row, n) => ({ asset_id: assets[n] }))
  await copies('placements', {}, (_row, n) => ({
    id: placements[n],
    asset_id: assets[n],
    key: String(n).padStart(8, '0'),
  }))
  // Neighbours in a list are in different channels besides.
  const others: readonly string[] = await Promise.all(
    Array.from({ length: OTHER_CHANNELS }, async (_, n) => {
      const { key } = (await cms.post('/api/channels', { name: `Other ${n}` })).data
      return `chn_${key}`
    }),
  )
  await copies('placements', { key: '00000001' }, (_row, n) => ({
    id: more[n],
    asset_id: assets[n],
    channel_id: others[n % OTHER_CHANNELS],
    key: `x${String(n).padStart(7, '0')}`,
  }))
  await copies('external_keys', { namespace: 'kollus.upload_file_key', key: first.upload_file_key }, (_row, n) => ({
    key: `20260301-${String(n).padStart(8, '0')}`,
    subject_id: assets[n],
  }))
}, 120_000)
afterAll(async () => app.close())

type Item = Readonly<{ upload_file_key: string; title: string; media_content_key?: string }>

const LISTS: Readonly<Record<string, () => string>> = {
  'the library of v0': () => '/0/media/library/media_content?order=id_asc',
  'the library of v3': () => '/api/media-contents?order=created_at%7Cdesc',
  'one category of v0': () => `/0/media/library/media_content?category_key=${categoryKey}`,
  'one category of v3': () => `/api/categories/${categoryKey}/media-contents`,
  'the upload files': () => '/0/media/upload_file?order=created_at_desc',
  'a channel of v0': () => `/0/media/channel/media_content?channel_key=${channelKey}`,
  'a channel of vod-v0': () => `/api/v0/vod/channels/${channelKey}/media-contents?order_by=created_at_desc`,
}

/** One of each kind; the others are the same questions in other words. */
const PAGED = ['the library of v0', 'one category of v3', 'a channel of v0', 'a channel of vod-v0']

describe(`at ${COUNT} contents`, { timeout: 120_000 }, () => {
  it.each(PAGED)('%s pages through all of them, each once', async (name) => {
    const path = LISTS[name] ?? (() => '')
    const seen: Item[] = []
    for (let page = 1; ; page++) {
      const { result, data, pagination } = await cms.get(path(), { page: String(page), per_page: '500' })
      const items = (data ?? result.items.item) as readonly Item[]
      expect(pagination?.['total'] ?? result.count).toBe(COUNT)
      if (items.length === 0) break
      seen.push(...items)
    }
    expect(new Set(seen.map((item) => item.upload_file_key)).size).toBe(COUNT)
    expect(seen).toHaveLength(COUNT)
    const titles = seen.map(({ title }) => title)
    expect([titles[0], titles[COUNT - 1]].toSorted()).toEqual(['film 0', `film ${COUNT - 1}`])
  })

  it('finds one of them by its title', async () => {
    const { result } = await cms.get('/0/media/library/media_content', { keyword: 'FILM 7777' })
    expect(result).toMatchObject({ count: 1, items: { item: [{ title: 'film 7777' }] } })
  })

  it('asks as many questions for a large page as for a small one, and none that reads a whole table', async () => {
    const { database, clock, random } = app.infrastructure
    const statements: CompiledQuery[] = []
    const plugin: KyselyPlugin = {
      transformQuery: ({ node, queryId }) => {
        statements.push(database.db.getExecutor().compileQuery(node, queryId))
        return node
      },
      transformResult: async ({ result }) => result,
    }
    const work = unitOfWorkOn({ ...database, db: database.db.withPlugin(plugin) })
    const library = new LibraryService({ work, clock, random, wakeWorkers: async () => undefined })
    const own = { work, clock, random }
    const services = {
      ...app.services,
      library,
      categories: new CategoryService(own),
      channels: new ChannelService(own),
      placements: new PlacementService({ ...own, library }),
      names: new ExternalNames({ work }),
      subtitles: new SubtitleService(own),
    }
    const server = buildServer({ logger: pino({ level: 'silent' }) })
    await server.register(kollusDialect, { services })
    const observed = new ApiClient({ ...app, url: await server.listen({ host: '127.0.0.1', port: 0 }) })
    try {
      const asked = async (path: string, perPage: number): Promise<readonly CompiledQuery[]> => {
        statements.length = 0
        expect((await observed.get(path, { per_page: String(perPage), page: '3' })).error).toBe(0)
        return [...statements]
      }
      for (const path of Object.values(LISTS)) {
        const few = await asked(path(), 10)
        const many = await asked(path(), 500)
        expect(many.length, path()).toBe(few.length)
        expect(many.length, path()).toBeLessThan(25)
        if (database.kind === 'sqlite') expect(await scans(many), path()).toEqual([])
      }
    } finally {
      await server.close()
    }
  })
})

/** Steps of the plans that read all rows of a table. */
async function scans(statements: readonly CompiledQuery[]): Promise<readonly string[]> {
  const { db } = app.infrastructure.database
  const found: string[] = []
  for (const { sql, parameters } of statements) {
    const explain = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters])
    const { rows } = await db.executeQuery<{ detail: string }>(explain)
    for (const { detail } of rows) if (/SCAN|AUTOMATIC/.test(detail)) found.push(`${detail}: ${sql}`)
  }
  return found
}
