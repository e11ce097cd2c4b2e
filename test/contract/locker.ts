import { describe, expect, it } from 'vitest'
import type { Locker } from '../../src/core/ports/locker.ts'

export type LockerUnderTest = Readonly<{
  locker: Locker
  /** The locker as another node of the installation has it; the same one where an installation is one process. */
  another: () => Promise<Locker>
}>

export type DistributedLockerUnderTest = LockerUnderTest &
  Readonly<{
    /** Starts a process that holds `name`, and resolves once it does. */
    startHolder: (name: string) => Promise<{ kill: () => Promise<void> }>
  }>

const DEADLINE_MS = 30_000

/** Proves what a locker of many processes promises on top: see `lockerContract`. */
export function distributedLockerContract(name: string, open: () => Promise<DistributedLockerUnderTest>): void {
  lockerContract(name, open)

  describe(`Locker contract, many processes: ${name}`, () => {
    it('is free again when the process that held it dies', async () => {
      const { locker, startHolder } = await open()
      const holder = await startHolder('sweep')
      await expect(locker.tryHold('sweep', async () => 'free')).resolves.toBeUndefined()
      await holder.kill()
      await expect
        .poll(() => locker.tryHold('sweep', async () => 'free'), { timeout: DEADLINE_MS, interval: 20 })
        .toBe('free')
    })
  })
}

/**
 * Proves the promises of core/ports/locker.ts. `open` gives an installation nobody else uses. That a lock does not
 * outlive its process needs proof only where it is kept outside: `distributedLockerContract`.
 */
export function lockerContract(name: string, open: () => Promise<LockerUnderTest>): void {
  /** Holds `lock` until told to let go. */
  async function hold(locker: Locker, lock: string): Promise<() => Promise<void>> {
    const begun = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    const held = locker.tryHold(lock, async () => {
      begun.resolve()
      await end.promise
    })
    await Promise.race([begun.promise, held])
    return async () => {
      end.resolve()
      await held
    }
  }

  describe(`Locker contract: ${name}`, () => {
    it('runs the work and hands back its result', async () => {
      const { locker } = await open()
      await expect(locker.tryHold('sweep', async () => 42)).resolves.toBe(42)
    })

    it('answers at once, without running the work, while somebody holds the name', async () => {
      const { locker, another } = await open()
      const other = await another()
      const letGo = await hold(locker, 'sweep')
      let ran = false
      const work = async (): Promise<string> => {
        ran = true
        return 'ran'
      }
      await expect(locker.tryHold('sweep', work)).resolves.toBeUndefined()
      await expect(other.tryHold('sweep', work)).resolves.toBeUndefined()
      expect(ran).toBe(false)
      await letGo()
      await expect(other.tryHold('sweep', work)).resolves.toBe('ran')
    })

    it('does not let different names wait for each other', async () => {
      const { locker, another } = await open()
      const other = await another()
      const letGo = await hold(locker, 'sweep')
      await expect(locker.tryHold('migrate', async () => 'mine')).resolves.toBe('mine')
      await expect(other.tryHold('sweep ', async () => 'theirs')).resolves.toBe('theirs')
      await letGo()
    })

    it('is free again after work that throws, and passes its error on', async () => {
      const { locker, another } = await open()
      const other = await another()
      const broken = new Error('broken on purpose')
      const work = async (): Promise<void> => {
        throw broken
      }
      await expect(locker.tryHold('sweep', work)).rejects.toBe(broken)
      await expect(other.tryHold('sweep', async () => 'free')).resolves.toBe('free')
      await expect(locker.tryHold('sweep', async () => 'free')).resolves.toBe('free')
    })

    it('never lets two holders of one name run together', async () => {
      const { locker, another } = await open()
      const nodes = [locker, await another(), await another()]
      let running = 0
      let together = 0
      let turns = 0
      const contender = async (node: Locker, rounds: number): Promise<void> => {
        for (let round = 0; round < rounds; round++) {
          await node.tryHold('sweep', async () => {
            running++
            together = Math.max(together, running)
            await new Promise((resolve) => setImmediate(resolve))
            running--
            turns++
          })
        }
      }
      await Promise.all(nodes.flatMap((node) => [contender(node, 30), contender(node, 30)]))
      expect(together).toBe(1)
      expect(turns).toBeGreaterThan(0)
      await expect(locker.tryHold('sweep', async () => 'free')).resolves.toBe('free')
    })

    it('holds many names at once', async () => {
      const { locker, another } = await open()
      const other = await another()
      const names = Array.from({ length: 30 }, (_, index) => `upload/${index}`)
      const letGo = await Promise.all(names.map((each) => hold(locker, each)))
      for (const each of names) await expect(other.tryHold(each, async () => 'free')).resolves.toBeUndefined()
      await Promise.all(letGo.map((each) => each()))
      for (const each of names) await expect(other.tryHold(each, async () => 'free')).resolves.toBe('free')
    })

    it('takes any name, long or strange', async () => {
      const { locker, another } = await open()
      const other = await another()
      for (const lock of ['', 'größe/ЖЗ', `'; select 1 --`, 'x'.repeat(4_000)]) {
        const letGo = await hold(locker, lock)
        await expect(other.tryHold(lock, async () => 'free')).resolves.toBeUndefined()
        await letGo()
      }
    })

    it('lets the work under way end when it is closed, and refuses new work', async () => {
      const { locker, another } = await open()
      const other = await another()
      const letGo = await hold(locker, 'sweep')
      let closed = false
      const closing = locker.close().then(() => {
        closed = true
      })
      await expect(locker.tryHold('migrate', async () => 'ran')).rejects.toMatchObject({ code: 'unavailable' })
      if (other !== locker) await expect(other.tryHold('sweep', async () => 'ran')).resolves.toBeUndefined()
      expect(closed).toBe(false)
      await letGo()
      await closing
      await locker.close()
    })
  })
}
