import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_PROFILE } from '../../../src/core/transcoding/profile.ts'
import { type Json, type KalturaApp, newEntryOf, PARTNER_ID, startKalturaApp } from './kaltura-app.ts'
import { readyEntry } from './ready-entry.ts'

let app: KalturaApp

beforeAll(async () => {
  app = await startKalturaApp({ pullAllow: '127.0.0.1' })
})

afterAll(() => app.close())

const list = async (filter?: Json): Promise<Json[]> =>
  (await app.call('conversionProfile.list', { ks: app.user, filter }))['objects'] as Json[]
const idOf = async (systemNameEqual: string): Promise<unknown> => (await list({ systemNameEqual }))[0]?.['id']

/** How the file of an entry that states this profile is to be treated. */
async function wishOf(conversionProfileId: unknown): Promise<unknown> {
  const entry = await newEntryOf(app, app.user, { conversionProfileId })
  const token = await app.newToken(app.user)
  const resource = { objectType: 'KalturaUploadedFileTokenResource', token }
  await app.call('media.addContent', { ks: app.user, entryId: entry['id'], resource })
  const { workflowKey, profileKey } = (await app.upload(token)).target
  return { workflowKey, profileKey }
}

describe('conversion profiles', () => {
  it('are the workflows and profiles of the project', async () => {
    const all = await list()
    expect(all.map(({ systemName }) => systemName)).toEqual([
      'audio',
      'encrypted',
      'passthrough',
      'standard',
      'download',
      'efficient',
      'mobile',
      'ultra-hd',
    ])
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    const standard = all.find(({ systemName }) => systemName === 'standard')
    expect(standard).toMatchObject({
      objectType: 'KalturaConversionProfile',
      id: expect.any(Number),
      partnerId: PARTNER_ID,
      status: 2,
      type: 1,
      isDefault: true,
      isPartnerDefault: true,
      flavorParamsIds: '0,1080,720,480,360,240',
    })
    expect(await app.call('conversionProfile.get', { ks: app.user, id: standard?.['id'] })).toEqual(standard)
    expect(await app.call('conversionProfile.getDefault', { ks: app.user })).toEqual(standard)
    const ofKey = (key: string) => all.find(({ systemName }) => systemName === key)?.['flavorParamsIds']
    expect([ofKey('audio'), ofKey('passthrough'), ofKey('mobile')]).toEqual(['0,1', '0', '0,480,360,240'])
    // They keep their numbers.
    expect(await list()).toEqual(all)
    expect(await app.call('conversionProfile.get', { ks: app.user, id: 4 })).toEqual({
      code: 'CONVERSION_PROFILE_ID_NOT_FOUND',
      message: 'Conversion profile id "4" not found',
      objectType: 'KalturaAPIException',
      args: { ID: '4' },
    })
  })

  it('say how the files of an entry are treated', async () => {
    expect(await wishOf(await idOf('encrypted'))).toEqual({ workflowKey: 'encrypted', profileKey: undefined })
    expect(await wishOf(await idOf('mobile'))).toEqual({ workflowKey: undefined, profileKey: 'mobile' })
    expect(await wishOf(-1)).toEqual({ workflowKey: undefined, profileKey: 'passthrough' })
    expect(await wishOf(undefined)).toEqual({ workflowKey: undefined, profileKey: undefined })
    // Of an account that is not this one: code that was written for it goes on working.
    expect(await wishOf(7_654_321)).toEqual({ workflowKey: undefined, profileKey: undefined })
  })

  it('may keep the numbers they had elsewhere, by their key', async () => {
    const projectId = (await app.infrastructure.work.read.projects.first())?.id
    if (projectId === undefined) throw new Error('no project')
    await app.services.mediaSettings.putProfile(projectId, '1234567', { name: 'As before', settings: DEFAULT_PROFILE })
    expect(await app.call('conversionProfile.get', { ks: app.user, id: 1_234_567 })).toMatchObject({
      name: 'As before',
    })
    expect(await wishOf(1_234_567)).toEqual({ workflowKey: undefined, profileKey: '1234567' })
    await app.services.mediaSettings.deleteProfile(projectId, '1234567')
  })

  it('are shown with entries, and cannot be changed once there is content', async () => {
    const mobile = await idOf('mobile')
    const standard = await idOf('standard')
    const entry = await newEntryOf(app, app.user)
    expect(entry['conversionProfileId']).toBe(standard)
    const update = (entryId: unknown, mediaEntry: Json) =>
      app.call('media.update', {
        ks: app.user,
        entryId,
        mediaEntry: { objectType: 'KalturaMediaEntry', ...mediaEntry },
      })
    expect(await update(entry['id'], { conversionProfileId: mobile })).toMatchObject({ conversionProfileId: mobile })
    const id = await readyEntry(app, app.user)
    expect(await update(id, { conversionProfileId: standard, name: 'Same' })).toMatchObject({ name: 'Same' })
    expect(await update(id, { conversionProfileId: mobile })).toEqual({
      code: 'PROPERTY_VALIDATION_ENTRY_STATUS',
      message: 'The property "KalturaMediaEntry::conversionProfileId" cannot be set for entry status "2"',
      objectType: 'KalturaAPIException',
      args: { PROP_NAME: 'KalturaMediaEntry::conversionProfileId', STATUS: '2' },
    })
  })

  it('may come with other content', async () => {
    const entryId = await readyEntry(app, app.user)
    const token = await app.newToken(app.user)
    const resource = { objectType: 'KalturaUploadedFileTokenResource', token }
    const mobile = await idOf('mobile')
    const request = { ks: app.user, entryId, resource, conversionProfileId: mobile }
    expect(await app.call('media.updateContent', request)).toMatchObject({ conversionProfileId: mobile })
    expect((await app.upload(token)).target).toMatchObject({ profileKey: 'mobile', activation: 'automatic' })
  })

  it('hold for files that the server gets', async () => {
    const mediaEntry = { mediaType: 1, name: 'Pulled', conversionProfileId: await idOf('mobile') }
    const { id } = await app.call('media.addFromUrl', { ks: app.user, mediaEntry, url: 'http://127.0.0.1:9/a.mp4' })
    const assetId = (await app.infrastructure.work.read.externalKeys.find('kaltura.entry', String(id)))?.subjectId
    const upload = await app.infrastructure.work.read.uploads.newestForAsset(assetId as never)
    expect(upload?.target).toMatchObject({ profileKey: 'mobile' })
  })
})

describe('flavour params', () => {
  it('are the original, sound alone, and pictures by their lines', async () => {
    const { objects, totalCount } = await app.call('flavorParams.list', { ks: app.user })
    const shown = (objects as Json[]).map(({ id, name, height }) => [id, name, height])
    expect(shown.slice(0, 3)).toEqual([
      [0, 'Source', 0],
      [1, 'Audio', 0],
      [240, '240p', 240],
    ])
    expect(shown.at(-1)).toEqual([2160, '2160p', 2160])
    expect(totalCount).toBe(shown.length)
    expect(await app.call('flavorParams.get', { ks: app.user, id: 720 })).toMatchObject({ id: 720, name: '720p' })
    expect(await app.call('flavorParams.get', { ks: app.user, id: 721 })).toMatchObject({
      code: 'FLAVOR_PARAMS_ID_NOT_FOUND',
      args: { ID: '721' },
    })
    const conversionProfileId = await idOf('mobile')
    const made = await app.value('flavorParams.getByConversionProfileId', { ks: app.user, conversionProfileId })
    expect((made as Json[]).map(({ id }) => id)).toEqual([0, 480, 360, 240])
  })
})
