import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { freshPostgresDatabase } from '../../support/postgres.ts'
import { field, file, formBody } from './form-body.ts'
import { exchange } from './http-exchange.ts'
import { startKollusApp } from './kollus-app.ts'

const CONTENT = randomBytes(200_000)
const FORM = {
  headers: { 'content-type': 'multipart/form-data; boundary=x1' },
  body: formBody('x1', [file(CONTENT), field('accept', 'application/json')]),
}

describe.skipIf(process.env['TEST_POSTGRES_URL'] === undefined)('the Kollus dialect on PostgreSQL', () => {
  it('issues keys of their own, takes a file once, and knows the session until it expires', async () => {
    const database = await freshPostgresDatabase()
    const clock = new ManualClock()
    let draws = 0
    const random = { bytes: (count: number) => new Uint8Array(count).fill(draws++ < 2 ? 1 : 2) }
    const app = await startKollusApp({ clock, random, ...(database && { databaseUrl: database.url }) })
    try {
      const [first, second] = [await app.create(), await app.create({ title: '두 번째' })]
      expect(first.upload_file_key).toMatch(/-1{8}$/)
      expect(second.upload_file_key).toMatch(/-2{8}$/)
      expect((await exchange(second.upload_url, FORM)).status).toBe(200)
      expect((await exchange(second.upload_url, FORM)).status).toBe(404)
      const stored = await app.stored(second.upload_file_key)
      expect(stored?.title).toBe('두 번째')
      expect(stored?.content.equals(CONTENT)).toBe(true)
      const ask = () => exchange(second.progress_url, { method: 'GET' })
      expect(JSON.parse((await ask()).body)).toMatchObject({ result: { progress: 100 } })
      await clock.advance(600_000)
      expect((await ask()).status).toBe(404)
    } finally {
      await app.close()
      await database?.drop()
    }
  })
})
