import pg from 'pg'
import { PostgresLocker } from '../../src/locks/postgres-locker.ts'

// A process of its own that takes a lock and keeps it until it is killed: hold-lock.ts URL SCHEMA NAME
const [url, schema, name] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema}` })
await new PostgresLocker({ pool }).tryHold(name ?? '', async () => {
  process.stdout.write('held\n')
  await new Promise((resolve) => setInterval(resolve, 3_600_000))
})
