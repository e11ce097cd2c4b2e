import { newId } from '../../src/core/ids.ts'
import type { DatabaseKind } from '../../src/db/open-database.ts'
import { SystemRandom } from '../../src/system/system-random.ts'
import { openDatabaseAt, unitOfWorkOn } from './database.ts'

// A process of its own that commits one project with a key after the other, and says so after each commit.
// commit-until-killed.ts KIND LOCATION
const [kind, location] = process.argv.slice(2) as [DatabaseKind, string]
const work = unitOfWorkOn(openDatabaseAt(kind, location))
const random = new SystemRandom()
for (;;) {
  const createdAtMs = Date.now()
  const id = newId('project', createdAtMs, random)
  await work.transaction(async (tx) => {
    await tx.projects.insert({ id, name: 'p', createdAtMs })
    const key = { id: newId('apiKey', createdAtMs, random), projectId: id, name: 'k', hint: 'h', createdAtMs }
    await tx.apiKeys.insert({ ...key, revokedAtMs: undefined }, `hash of ${id}`)
  })
  process.stdout.write(`${id}\n`)
}
