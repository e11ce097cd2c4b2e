import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { expect, it } from 'vitest'
import { distributedLockerContract } from '../../test/contract/locker.ts'
import { describeOnPostgres } from '../../test/support/postgres-pool.ts'
import { PostgresLocker } from './postgres-locker.ts'

const HOLDER = fileURLToPath(new URL('../../test/support/hold-lock.ts', import.meta.url))

describeOnPostgres('PostgresLocker', (openCorner) => {
  distributedLockerContract('PostgreSQL', async () => {
    const { url, schema, openPool } = await openCorner()
    return {
      locker: new PostgresLocker({ pool: openPool() }),
      another: async () => new PostgresLocker({ pool: openPool() }),
      startHolder: async (name) => {
        const child = spawn(process.execPath, [HOLDER, url, schema, name], { stdio: ['ignore', 'pipe', 'inherit'] })
        await once(child.stdout, 'data')
        return {
          kill: async () => {
            const gone = once(child, 'exit')
            child.kill('SIGKILL')
            await gone
          },
        }
      },
    }
  })

  it('gives its connection back with the last lock', async () => {
    const pool = (await openCorner()).openPool()
    const locker = new PostgresLocker({ pool })
    await locker.tryHold('outer', async () => {
      await locker.tryHold('inner', async () => undefined)
      expect({ total: pool.totalCount, idle: pool.idleCount }).toEqual({ total: 1, idle: 0 })
    })
    expect({ total: pool.totalCount, idle: pool.idleCount }).toEqual({ total: 1, idle: 1 })
  })

  it('says so when the lock was lost under the work, and can lock again', async () => {
    const corner = await openCorner()
    const pool = corner.openPool()
    const other = new PostgresLocker({ pool: corner.openPool() })
    const locker = new PostgresLocker({ pool })
    const work = async (): Promise<string> => {
      expect(await corner.killConnections("pid in (select pid from pg_locks where locktype = 'advisory')")).toBe(1)
      await expect.poll(() => pool.totalCount, { timeout: 30_000, interval: 5 }).toBe(0)
      await expect(other.tryHold('sweep', async () => 'theirs')).resolves.toBe('theirs')
      return 'mine'
    }
    await expect(locker.tryHold('sweep', work)).rejects.toMatchObject({ code: 'lease_lost' })
    await expect(locker.tryHold('sweep', async () => 'again')).resolves.toBe('again')
  })

  it('keeps installations in different schemas of one database apart', async () => {
    const here = new PostgresLocker({ pool: (await openCorner()).openPool() })
    const there = new PostgresLocker({ pool: (await openCorner()).openPool() })
    await expect(here.tryHold('sweep', () => there.tryHold('sweep', async () => 'free'))).resolves.toBe('free')
  })
})

it('is unavailable, not broken, while the database is away', async () => {
  const pool = new pg.Pool({ host: '127.0.0.1', port: 1 })
  const locker = new PostgresLocker({ pool })
  await expect(locker.tryHold('sweep', async () => 'ran')).rejects.toMatchObject({ code: 'unavailable' })
  await expect(locker.tryHold('sweep', async () => 'ran')).rejects.toMatchObject({ code: 'unavailable' })
  await locker.close()
  await pool.end()
})
