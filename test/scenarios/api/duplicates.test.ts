import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IssuedUploadDocument } from '../../../src/http/api/uploads/upload-schema.ts'
import { type ApiApp, someBytes, startApiApp } from './api-app.ts'

let app: ApiApp
beforeAll(async () => {
  app = await startApiApp()
})
afterAll(() => app.close())

let seed = 0
/** A file that no other test has. */
function aFile(): { bytes: Buffer; sha256: string } {
  seed += 1
  const bytes = Buffer.concat([Buffer.from(`${seed} `), someBytes(50_000)])
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

const wish = (json: Record<string, unknown>, key = app.keys.apiKey, headers: Record<string, string> = {}) =>
  app.call('POST', '/v1/uploads', { key, headers, json: { fileName: 'again.mp4', onDuplicate: 'link', ...json } })

async function stored(bytes: Buffer, wanted: Record<string, unknown> = {}): Promise<IssuedUploadDocument> {
  const issued = await app.issue({ title: 'First', ...wanted })
  const answer = await app.call('PUT', issued.urls.put, { body: bytes })
  expect(answer.status).toBe(200)
  return issued
}

describe('a token for a file that the project holds already', () => {
  it('is not issued to who would rather link: the answer names the asset', async () => {
    const { bytes, sha256 } = aFile()
    const first = await stored(bytes, { sha256 })
    const answer = await wish({ sha256: sha256.toUpperCase(), sizeBytes: bytes.length })
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      duplicateOf: { id: first.asset.id, state: 'processing', title: 'First' },
    })
  })

  it('is issued to who does not ask for a link', async () => {
    const { bytes, sha256 } = aFile()
    await stored(bytes, { sha256 })
    expect(await wish({ sha256, onDuplicate: 'upload' })).toMatchObject({ status: 201 })
    expect(await wish({ sha256, onDuplicate: undefined })).toMatchObject({ status: 201 })
  })

  it('is found by a digest that was said with the bytes or with the completion', async () => {
    const one = aFile()
    const first = await app.issue()
    const digest = `sha-256=:${Buffer.from(one.sha256, 'hex').toString('base64')}:`
    await app.call('PUT', first.urls.put, { body: one.bytes, headers: { 'repr-digest': digest } })
    expect(await wish({ sha256: one.sha256 })).toMatchObject({ json: { duplicateOf: { id: first.asset.id } } })
    const two = aFile()
    const second = await stored(two.bytes, { completion: 'explicit' })
    const done = await app.call('POST', `/v1/uploads/${second.id}/complete`, {
      key: second.token,
      json: { sha256: two.sha256 },
    })
    expect(done.status).toBe(200)
    expect(await wish({ sha256: two.sha256 })).toMatchObject({ json: { duplicateOf: { id: second.asset.id } } })
  })

  it('is issued where nobody said the digest of what is held, for then it is not known', async () => {
    const { bytes, sha256 } = aFile()
    await stored(bytes)
    expect(await wish({ sha256 })).toMatchObject({ status: 201 })
  })

  it('is issued while the file is on its way only, and when it is of another size', async () => {
    const { bytes, sha256 } = aFile()
    const first = await app.issue({ sha256 })
    expect(await wish({ sha256 })).toMatchObject({ status: 201 })
    await app.call('PUT', first.urls.put, { body: bytes })
    expect(await wish({ sha256, sizeBytes: 7 })).toMatchObject({ status: 201 })
  })

  it('reveals nothing of other projects', async () => {
    const { bytes, sha256 } = aFile()
    await stored(bytes, { sha256 })
    expect(await wish({ sha256 }, app.foreignKey)).toMatchObject({ status: 201 })
  })

  it('is issued once the asset is deleted or has another file', async () => {
    const one = aFile()
    const deleted = await stored(one.bytes, { sha256: one.sha256 })
    await app.call('DELETE', `/v1/assets/${deleted.asset.id}`, { key: app.keys.apiKey })
    expect(await wish({ sha256: one.sha256 })).toMatchObject({ status: 201 })
    const two = aFile()
    const replaced = await stored(two.bytes, { sha256: two.sha256 })
    await stored(aFile().bytes, { replaceAssetId: replaced.asset.id })
    expect(await wish({ sha256: two.sha256 })).toMatchObject({ status: 201 })
  })

  it('is issued again to who was given one for the same wish before', async () => {
    const { bytes, sha256 } = aFile()
    const headers = { 'idempotency-key': `wish-${sha256}` }
    const first = await wish({ sha256 }, app.keys.apiKey, headers)
    const { urls, token } = first.json as unknown as IssuedUploadDocument
    await app.call('PUT', urls.put, { body: bytes })
    const again = await wish({ sha256 }, app.keys.apiKey, headers)
    expect(again).toMatchObject({ status: 201, json: { token }, headers: { 'idempotency-replayed': 'true' } })
  })

  it.each([
    ['without a digest', {}],
    ['for a file that replaces another', { sha256: 'ab'.repeat(32), replaceAssetId: 'ast_01k0example000000000000000' }],
  ])('cannot be asked for %s', async (_name, wanted) => {
    const answer = await wish(wanted)
    expect([400, 404]).toContain(answer.status)
    expect(answer.json).not.toHaveProperty('duplicateOf')
  })
})
