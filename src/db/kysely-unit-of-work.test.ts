import { unitOfWorkContract } from '../../test/contract/unit-of-work.ts'
import { describeOnBothDatabases, unitOfWorkOn } from '../../test/support/database.ts'

describeOnBothDatabases('KyselyUnitOfWork', ({ fresh }) => {
  unitOfWorkContract('tables', async () => {
    const test = await fresh()
    const readEverything = async (): Promise<string> => {
      const { db } = test.open()
      const tables = await db.introspection.getTables()
      const rows = await Promise.all(
        tables.map(({ name }) =>
          db
            .selectFrom(name as never)
            .selectAll()
            .execute(),
        ),
      )
      return JSON.stringify(rows)
    }
    return { openNode: () => unitOfWorkOn(test.open()), readEverything }
  })
})
