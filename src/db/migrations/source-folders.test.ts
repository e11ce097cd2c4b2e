import { expect, it } from 'vitest'
import { describeOnBothDatabases, unitOfWorkOn } from '../../../test/support/database.ts'
import { anAsset, aProject, aSource } from '../../../test/support/rows.ts'
import { migrate } from '../open-database.ts'
import { MIGRATIONS } from './index.ts'

const BEFORE = Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => name < '0016'))

describeOnBothDatabases('noting in whose folders files lie', ({ empty }) => {
  it('finds the versions that an earlier release made of an earlier original', async () => {
    const database = (await empty()).open()
    const { db } = database
    await migrate(db, BEFORE)
    const project = aProject()
    const asset = anAsset(project.id)
    const first = aSource(asset, { packagePrefix: 'x/' })
    const again = aSource(asset, { version: 2, blobKey: first.blobKey })
    const last = aSource(asset, { version: 3, blobKey: first.blobKey })
    const other = aSource(asset, { version: 4 })
    const { projects, assets, sources } = unitOfWorkOn(database).read
    await projects.insert(project)
    await assets.insert(asset)
    for (const { id, version, uploadId, blobKey } of [first, again, last, other]) {
      const kept = { id, version, upload_id: uploadId, blob_key: blobKey, asset_id: asset.id, project_id: project.id }
      const file = { file_name: 'f', size_bytes: 1, created_at_ms: 1, activation: 'automatic' }
      await db
        .insertInto('sources')
        .values({
          ...kept,
          ...file,
          media: null,
          package_prefix: null,
          poster_key: null,
          failure: null,
          ready_at_ms: null,
        })
        .execute()
    }
    expect(await migrate(db)).toContain('0016-source-folders')
    const folders = async (id: typeof first.id) => [...(await sources.foldersOf(id))]
    expect(await folders(first.id)).toEqual([])
    expect(await folders(again.id)).toEqual([first.id])
    expect(await folders(last.id)).toEqual([first.id])
    expect(await folders(other.id)).toEqual([])
    expect((await sources.usersOf(first.id)).map(({ blobKey }) => blobKey)).toEqual([first.blobKey])
    await sources.delete(again.id)
    await sources.delete(last.id)
    expect(await sources.usersOf(first.id)).toEqual([])
  })
})
