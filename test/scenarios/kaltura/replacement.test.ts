import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Json, type KalturaApp, newEntryOf, startKalturaApp } from './kaltura-app.ts'
import { fetched, finishProcessing, readyEntry } from './ready-entry.ts'

let automatic: KalturaApp
let approving: KalturaApp

beforeAll(async () => {
  automatic = await startKalturaApp()
  approving = await startKalturaApp({ replacementsNeedApproval: true })
})

afterAll(async () => {
  await automatic.close()
  await approving.close()
})

const get = (app: KalturaApp, entryId: unknown) => app.call('media.get', { ks: app.user, entryId })
const inContainers = (token: string) => ({
  objectType: 'KalturaAssetsParamsResourceContainers',
  resources: [
    {
      objectType: 'KalturaAssetParamsResourceContainer',
      resource: { objectType: 'KalturaUploadedFileTokenResource', token },
      assetParamsId: 0,
    },
  ],
})
const updateContent = (app: KalturaApp, entryId: unknown, token: string) =>
  app.call('media.updateContent', { ks: app.user, entryId, resource: inContainers(token), conversionProfileId: 5 })
const settle = (app: KalturaApp, action: string, entryId: unknown) =>
  app.call(`media.${action}`, { ks: app.user, entryId })

/** An entry that plays, and a token attached to replace its file. */
async function replacing(app: KalturaApp): Promise<{ id: string; token: string; answer: Json }> {
  const id = await readyEntry(app, app.user, { content: 'old' })
  const token = await app.newToken(app.user)
  return { id, token, answer: await updateContent(app, id, token) }
}

describe('updateContent', () => {
  it('gives an entry its first content', async () => {
    const entry = await newEntryOf(automatic, automatic.user)
    const token = await automatic.newToken(automatic.user)
    expect(await updateContent(automatic, entry['id'], token)).toMatchObject({ status: 0, replacementStatus: 0 })
    expect(await automatic.chunk(automatic.user, token, 'x')).toMatchObject({ status: 3 })
  })

  it('replaces the file of an entry, whose id and addresses stay', async () => {
    const { id, token, answer } = await replacing(automatic)
    expect(answer).toMatchObject({ id, status: 2, replacementStatus: 1, replacingEntryId: expect.any(String) })
    const second = await automatic.newToken(automatic.user)
    expect(await updateContent(automatic, id, second)).toMatchObject({ code: 'ENTRY_REPLACEMENT_ALREADY_EXISTS' })
    expect(await settle(automatic, 'approveReplace', id)).toMatchObject({ id, replacementStatus: 1 })
    await automatic.chunk(automatic.user, token, 'new')
    expect(await fetched((await get(automatic, id))['dataUrl'])).toBe('old')
    const before = await get(automatic, id)
    await finishProcessing(automatic, token)
    const after = await get(automatic, id)
    expect(after).toMatchObject({ status: 2, replacementStatus: 0, version: 2, dataUrl: before['dataUrl'] })
    expect(after).not.toHaveProperty('replacingEntryId')
    expect(await fetched(after['dataUrl'])).toBe('new')
  })

  it('can be taken back while the file is on its way; the token may go to another entry', async () => {
    const { id, token } = await replacing(automatic)
    expect(await settle(automatic, 'cancelReplace', id)).toMatchObject({ id, status: 2, replacementStatus: 0 })
    expect(await settle(automatic, 'cancelReplace', id)).toMatchObject({ replacementStatus: 0 })
    const other = await newEntryOf(automatic, automatic.user)
    expect(await updateContent(automatic, other['id'], token)).toMatchObject({ status: 0 })
    const third = await automatic.newToken(automatic.user)
    expect(await updateContent(automatic, id, third)).toMatchObject({ replacementStatus: 1 })
  })

  it('comes to nothing when its token is deleted', async () => {
    const { id, token } = await replacing(automatic)
    await automatic.value('uploadToken.delete', { ks: automatic.user, uploadTokenId: token })
    expect(await get(automatic, id)).toMatchObject({ status: 2, replacementStatus: 0 })
    expect(await settle(automatic, 'approveReplace', id)).toMatchObject({
      code: 'ENTRY_ID_NOT_REPLACED',
      args: { ENTRY_ID: id },
    })
  })

  it('waits for approval where that is asked for', async () => {
    const { id, token, answer } = await replacing(approving)
    expect(answer).toMatchObject({ replacementStatus: 3 })
    await approving.chunk(approving.user, token, 'new')
    await finishProcessing(approving, token, { plays: false })
    expect(await get(approving, id)).toMatchObject({ status: 2, replacementStatus: 2, version: 1 })
    expect(await settle(approving, 'approveReplace', id)).toMatchObject({ replacementStatus: 0, version: 2 })
    expect(await fetched((await get(approving, id))['dataUrl'])).toBe('new')
  })

  it('can be approved before it is ready', async () => {
    const { id, token } = await replacing(approving)
    expect(await settle(approving, 'approveReplace', id)).toMatchObject({ replacementStatus: 1 })
    await approving.chunk(approving.user, token, 'new')
    expect(await get(approving, id)).toMatchObject({ replacementStatus: 1 })
  })

  it('can be refused when it is ready', async () => {
    const { id, token } = await replacing(approving)
    await approving.chunk(approving.user, token, 'new')
    await finishProcessing(approving, token, { plays: false })
    expect(await settle(approving, 'cancelReplace', id)).toMatchObject({ replacementStatus: 0, version: 1 })
    expect(await fetched((await get(approving, id))['dataUrl'])).toBe('old')
    expect(await settle(approving, 'approveReplace', id)).toMatchObject({ code: 'ENTRY_ID_NOT_REPLACED' })
  })

  it('is its owner’s to ask for', async () => {
    const id = await readyEntry(automatic, automatic.admin)
    const token = await automatic.newToken(automatic.user)
    for (const answer of [await updateContent(automatic, id, token), await settle(automatic, 'cancelReplace', id)]) {
      expect(answer).toMatchObject({ code: 'INVALID_KS' })
    }
  })
})
