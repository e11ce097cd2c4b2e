import { libraryRepositoriesContract } from '../../test/contract/library-repositories.ts'
import { describeOnBothDatabases, unitOfWorkOn } from '../../test/support/database.ts'

describeOnBothDatabases('library repositories', ({ fresh }) => {
  libraryRepositoriesContract(async () => unitOfWorkOn((await fresh()).open()))
})
