import { describe, expect, it, vi } from 'vitest'
import { describeOnBothDatabases, unitOfWorkOn } from '../../../test/support/database.ts'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { aProject, START_MS } from '../../../test/support/rows.ts'
import { SystemRandom } from '../../system/system-random.ts'
import { LibraryService } from './library-service.ts'

describeOnBothDatabases('LibraryService', ({ fresh }) => {
  async function emptyLibrary() {
    const work = unitOfWorkOn((await fresh()).open())
    const project = aProject()
    await work.read.projects.insert(project)
    const wakeWorkers = vi.fn(async () => undefined)
    const library = new LibraryService({
      work,
      clock: new ManualClock(START_MS),
      random: new SystemRandom(),
      wakeWorkers,
    })
    return { library, projectId: project.id }
  }

  describe('an asset without a file', () => {
    it('waits, is found by its keys, and is not listed', async () => {
      const { library, projectId } = await emptyLibrary()
      const made = await library.create({
        projectId,
        title: 'Holiday',
        metadata: { tags: 'sea' },
        externalKeys: [{ namespace: 'vendor.entry', key: 'a1' }],
      })
      expect(made).toMatchObject({ status: { state: 'waiting' }, source: undefined, upload: undefined })
      const found = await library.getByKey(projectId, 'vendor.entry', 'a1')
      expect(found.asset).toEqual(made.asset)
      expect(found.asset).toMatchObject({ title: 'Holiday', metadata: { tags: 'sea' }, createdAtMs: START_MS })
      expect(await library.list(projectId, { limit: 10 })).toEqual([])
    })

    it('is not made when its key is taken', async () => {
      const { library, projectId } = await emptyLibrary()
      const request = { projectId, title: '', externalKeys: [{ namespace: 'vendor.entry', key: 'a1' }] }
      const first = await library.create(request)
      await expect(library.create(request)).rejects.toMatchObject({ code: 'state_conflict' })
      expect((await library.getByKey(projectId, 'vendor.entry', 'a1')).asset.id).toBe(first.asset.id)
    })
  })
})
