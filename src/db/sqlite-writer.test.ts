import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompiledQuery } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SqliteHandle } from './sqlite-handle.ts'
import { SqliteWriter } from './sqlite-writer.ts'

const raw = (text: string) => CompiledQuery.raw(text)

/** A writer whose statements are noted, and what somebody else sees of its table. */
async function setUp() {
  const directory = await mkdtemp(join(tmpdir(), 'reeldock-writer-'))
  const file = join(directory, 'test.db')
  const handle = SqliteHandle.openWriter(file)
  const writer = new SqliteWriter(handle)
  await writer.run(raw('create table things (n integer primary key, bytes blob)'))
  const reader = SqliteHandle.openReader(file)
  const said: string[] = []
  const execute = handle.execute.bind(handle)
  handle.execute = (query) => {
    said.push(query.sql)
    return execute(query)
  }
  onTestFinished(async () => {
    reader.close()
    await writer.close()
    await rm(directory, { recursive: true })
  })
  const seen = (): number[] =>
    reader.executeNow<{ n: number }>(raw('select n from things order by n')).rows.map(({ n }) => n)
  const insert = async (n: number, bytes = 0): Promise<void> => {
    await writer.begin()
    try {
      await writer.execute(raw(`insert into things values (${n}, zeroblob(${bytes}))`))
    } catch (error) {
      await writer.rollback()
      throw error
    }
    await writer.commit().durable
  }
  const commits = (): number => said.filter((text) => text === 'commit').length
  return { writer, reader, seen, insert, commits }
}

const states = (results: readonly PromiseSettledResult<unknown>[]) => results.map(({ status }) => status)

describe('transactions that come together', () => {
  it('are committed together, and none has ended before it is seen by others', async () => {
    const { insert, seen, commits } = await setUp()
    const each = Array.from({ length: 20 }, async (_, n) => {
      await insert(n)
      expect(seen()).toContain(n)
    })
    await Promise.all(each)
    expect(seen()).toHaveLength(20)
    expect(commits()).toBe(1)
  })

  it('are committed in several parts when they are many', async () => {
    const { insert, seen, commits } = await setUp()
    await Promise.all(Array.from({ length: 200 }, (_, n) => insert(n)))
    expect(seen()).toHaveLength(200)
    expect(commits()).toBe(4)
  })

  it('fail alone', async () => {
    const { insert, seen } = await setUp()
    const results = await Promise.allSettled([insert(1), insert(2), insert(1), insert(3)])
    expect(states(results)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(seen()).toEqual([1, 2, 3])
  })

  it('fail because of each other no sooner than the other can be read', async () => {
    const { insert, seen } = await setUp()
    const first = insert(1)
    await expect(insert(1)).rejects.toThrow('UNIQUE')
    expect(seen()).toEqual([1])
    await first
  })

  it('all fail when the commit does, and the next ones do not', async () => {
    const { writer, insert, seen } = await setUp()
    await writer.run(raw('create table parts (thing integer references things deferrable initially deferred)'))
    const broken = (async () => {
      await writer.begin()
      await writer.execute(raw('insert into parts values (99)'))
      await writer.commit().durable
    })()
    expect(states(await Promise.allSettled([insert(1), broken, insert(2)]))).toEqual([
      'rejected',
      'rejected',
      'rejected',
    ])
    expect(seen()).toEqual([])
    await insert(3)
    expect(seen()).toEqual([3])
  })

  it('that find the disk full lose nobody else’s work unsaid', async () => {
    const { writer, insert, seen } = await setUp()
    await writer.run(raw('pragma max_page_count = 20'))
    const results = await Promise.allSettled([insert(1), insert(2, 1_000_000), insert(3)])
    expect(states(results)[1]).toBe('rejected')
    const kept = [1, 2, 3].filter((_, i) => results[i]?.status === 'fulfilled')
    expect(seen()).toEqual(kept)
    await writer.run(raw('pragma max_page_count = 1000'))
    await insert(4)
    expect(seen()).toEqual([...kept, 4])
  })
})

describe('a transaction', () => {
  it('is committed by itself when nothing else happens', async () => {
    const { insert, commits } = await setUp()
    await insert(1)
    await insert(2)
    expect(commits()).toBe(2)
  })

  it('that takes long holds up those before it no longer than itself, and is not torn', async () => {
    const { writer, insert, seen } = await setUp()
    const first = insert(1)
    await writer.begin()
    await writer.execute(raw('insert into things values (2, null)'))
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    expect(seen()).toEqual([])
    await writer.execute(raw('insert into things values (3, null)'))
    await writer.commit().durable
    await first
    expect(seen()).toEqual([1, 2, 3])
  })

  it('that is undone leaves those before it', async () => {
    const { writer, insert, seen } = await setUp()
    const first = insert(1)
    await writer.begin()
    await writer.execute(raw('insert into things values (2, null)'))
    await writer.rollback()
    await first
    expect(seen()).toEqual([1])
  })

  it('waits for a lock of another process, and goes on when that lets go', async () => {
    const { reader, insert, seen, writer } = await setUp()
    const other = SqliteHandle.openWriter(
      join((await reader.execute<{ file: string }>(raw('pragma database_list'))).rows[0]?.file ?? ''),
    )
    onTestFinished(() => other.close())
    other.executeNow(raw('begin immediate'))
    const waiting = insert(1)
    await new Promise((resolve) => setImmediate(resolve))
    other.executeNow(raw('commit'))
    await waiting
    expect(seen()).toEqual([1])
    await writer.run(raw('select 1'))
  })
})
