import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_PROFILE } from '../../../src/core/transcoding/profile.ts'
import { type Json, type KalturaApp, newEntryOf, PARTNER_ID, startKalturaApp } from './kaltura-app.ts'
import { readyEntry } from './ready-entry.ts'
import { vendorClient, vendorObject } from './vendor-client.ts'

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

describe('a conversion profile of one’s own', () => {
  it('is made of flavours, changed, taken by default and deleted', async () => {
    const client = vendorClient(app.url, app.admin)
    const own = { name: 'Two sizes', systemName: 'two-sizes', flavorParamsIds: '480,0,720' }
    const made = (await client('conversionProfile.add', vendorObject('ConversionProfile', own))) as Json
    expect(made).toMatchObject({ ...own, flavorParamsIds: '0,720,480', isDefault: false, id: expect.any(Number) })
    const { id } = made
    expect(await wishOf(id)).toEqual({ workflowKey: undefined, profileKey: 'two-sizes' })
    const paramsOf = async (): Promise<unknown[]> => {
      const filter = vendorObject('ConversionProfileAssetParamsFilter', { conversionProfileIdEqual: id })
      const list = (await client('conversionProfileAssetParams.listAction', filter)) as Json
      return (list['objects'] as Json[]).map(({ assetParamsId }) => assetParamsId)
    }
    expect(await paramsOf()).toEqual([0, 720, 480])

    const update = (values: object) => client('conversionProfile.update', id, vendorObject('ConversionProfile', values))
    expect(await update({ name: 'One size', flavorParamsIds: '0,720' })).toMatchObject({
      ...{ id, name: 'One size', systemName: 'two-sizes', flavorParamsIds: '0,720' },
    })
    expect(await update({ flavorParamsIds: '0' })).toMatchObject({ name: 'One size', flavorParamsIds: '0' })
    expect(await update({ flavorParamsIds: '0,1' })).toMatchObject({ flavorParamsIds: '0,1' })
    expect(await update({ systemName: 'x' })).toMatchObject({
      code: 'PROPERTY_VALIDATION_NOT_UPDATABLE',
      args: { PROP_NAME: 'KalturaConversionProfile::systemName' },
    })

    const standard = await client('conversionProfile.getDefault')
    expect(await client('conversionProfile.setAsDefault', id)).toMatchObject({ id, isDefault: true })
    expect(await client('conversionProfile.getDefault')).toMatchObject({ id })
    expect(await newEntryOf(app, app.user)).toMatchObject({ conversionProfileId: id })
    expect(await client('conversionProfile.deleteAction', id)).toEqual({
      code: 'CANNOT_DELETE_DEFAULT_CONVERSION_PROFILE',
      message: 'Default conversion profile cannot be deleted',
      objectType: 'KalturaAPIException',
      args: [],
    })
    await client('conversionProfile.setAsDefault', (standard as Json)['id'])
    expect(await client('conversionProfile.getDefault')).toMatchObject({ systemName: 'standard' })
    expect(await client('conversionProfile.deleteAction', id)).toBeNull()
    expect(await client('conversionProfile.get', id)).toMatchObject({ code: 'CONVERSION_PROFILE_ID_NOT_FOUND' })
  })

  it('has a number for its key where its name cannot be one', async () => {
    const client = vendorClient(app.url, app.admin)
    const make = (own: object) =>
      client('conversionProfile.add', vendorObject('ConversionProfile', own)) as Promise<Json>
    const first = await make({ name: 'First', systemName: 'with spaces' })
    expect(first).toMatchObject({ systemName: String(first['id']), flavorParamsIds: '0' })
    const second = await make({ name: 'Second', systemName: 'standard' })
    expect(second['systemName']).toBe(String(second['id']))
    for (const { id } of [first, second]) expect(await client('conversionProfile.deleteAction', id)).toBeNull()
  })

  const add = (own: Json, ks = app.admin) => app.call('conversionProfile.add', { ks, conversionProfile: own })
  const forbidden = (action: string) => ({
    code: 'SERVICE_FORBIDDEN',
    args: { SERVICE: `conversionprofile->${action}` },
  })
  it.each<readonly [string, () => Promise<Json>, Json]>([
    ['a user’s', () => add({ name: 'x' }, app.user), forbidden('add')],
    [
      'without a name',
      () => add({}),
      { code: 'PROPERTY_VALIDATION_CANNOT_BE_NULL', args: { PROP_NAME: 'KalturaConversionProfile::name' } },
    ],
    [
      'of a flavour there is not',
      () => add({ name: 'x', flavorParamsIds: '0,77' }),
      { code: 'FLAVOR_PARAMS_ID_NOT_FOUND', args: { ID: '77' } },
    ],
    [
      'of a flavour twice',
      () => add({ name: 'x', flavorParamsIds: '0,720,720' }),
      {
        code: 'FLAVOR_PARAMS_DUPLICATE',
        message: 'Flavor params [720] defined more than once',
        args: { PARAMS: '720' },
      },
    ],
    [
      'to delete what every project has',
      async () => app.call('conversionProfile.delete', { ks: app.admin, id: await idOf('mobile') }),
      forbidden('delete'),
    ],
    [
      'other flavours of a workflow',
      async () =>
        app.call('conversionProfile.update', {
          ...{ ks: app.admin, id: await idOf('encrypted') },
          conversionProfile: { flavorParamsIds: '0' },
        }),
      forbidden('update'),
    ],
    [
      'a workflow for whatever says nothing',
      async () => app.call('conversionProfile.setAsDefault', { ks: app.admin, id: await idOf('encrypted') }),
      forbidden('setasdefault'),
    ],
  ])('is refused: %s', async (_, run, expected) => {
    expect(await run()).toMatchObject(expected)
  })

  it('is told of in XML too', async () => {
    const body = new URLSearchParams({ ks: app.admin, 'filter:systemNameEqual': '720p', 'pager:pageSize': '1' })
    const url = `${app.url}/api_v3/service/conversionprofileassetparams/action/list`
    const text = await (await fetch(url, { method: 'POST', body })).text()
    expect(text).toContain('<assetParamsId>720</assetParamsId><readyBehavior>0</readyBehavior><origin>0</origin>')
  })
})
