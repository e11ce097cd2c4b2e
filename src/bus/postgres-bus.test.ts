import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { messageBusContract } from '../../test/contract/message-bus.ts'
import { describeOnPostgres } from '../../test/support/postgres-pool.ts'
import { SystemClock } from '../system/system-clock.ts'
import { PostgresBus } from './postgres-bus.ts'

const DEADLINE = { timeout: 30_000, interval: 20 }

describeOnPostgres('PostgresBus', (openCorner) => {
  async function openBus(pool: pg.Pool): Promise<{ bus: PostgresBus; handlerErrors: unknown[]; breaks: unknown[] }> {
    const handlerErrors: unknown[] = []
    const breaks: unknown[] = []
    const bus = await PostgresBus.open({
      pool,
      clock: new SystemClock(),
      onHandlerError: (error) => handlerErrors.push(error),
      onConnectionError: (error) => breaks.push(error),
    })
    onTestFinished(() => bus.close())
    return { bus, handlerErrors, breaks }
  }

  messageBusContract('PostgreSQL', async () => {
    const { openPool } = await openCorner()
    const { bus, handlerErrors } = await openBus(openPool())
    return { bus, another: async () => (await openBus(openPool())).bus, reported: () => handlerErrors }
  })

  it('listens again by itself after its connection was cut, also twice', async () => {
    const { openPool, killConnections } = await openCorner()
    const { bus, breaks } = await openBus(openPool())
    const { bus: other } = await openBus(openPool())
    const got: string[] = []
    bus.subscribe('jobs', (payload) => got.push(payload))
    for (const round of ['1', '2']) {
      const brokenBefore = breaks.length
      expect(await killConnections("query like 'listen%'")).toBeGreaterThan(0)
      await expect.poll(() => breaks.length, DEADLINE).toBe(brokenBefore + 1)
      const heard = async (): Promise<boolean> => {
        await other.publish('jobs', round)
        return got.includes(round)
      }
      await expect.poll(heard, DEADLINE).toBe(true)
    }
  })

  it('ends its connection when it is closed', async () => {
    const pool = (await openCorner()).openPool()
    const { bus } = await openBus(pool)
    await bus.publish('jobs', '1')
    expect(pool.totalCount).toBe(2)
    await bus.close()
    await expect.poll(() => pool.totalCount, DEADLINE).toBe(1)
  })

  it('keeps installations in different schemas of one database apart', async () => {
    const { bus: here } = await openBus((await openCorner()).openPool())
    const { bus: there } = await openBus((await openCorner()).openPool())
    const got: string[] = []
    for (const bus of [here, there]) bus.subscribe('jobs', (payload) => got.push(payload))
    await here.publish('jobs', '"here"')
    await expect.poll(() => got, DEADLINE).toEqual(['"here"'])
    await there.publish('jobs', '"there"')
    await expect.poll(() => got, DEADLINE).toEqual(['"here"', '"there"'])
  })
})

it('says that it is unavailable when the database is away', async () => {
  const pool = new pg.Pool({ host: '127.0.0.1', port: 1 })
  const ignore = (): void => undefined
  const opening = PostgresBus.open({
    pool,
    clock: new SystemClock(),
    onHandlerError: ignore,
    onConnectionError: ignore,
  })
  await expect(opening).rejects.toMatchObject({ code: 'unavailable' })
  await pool.end()
})
