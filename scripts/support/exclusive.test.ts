import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { exclusively } from './exclusive.mjs'

const MODULE = JSON.stringify(new URL('exclusive.mjs', import.meta.url).href)

describe('exclusive work', () => {
  let folder: string
  let lockFile: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reeldock-exclusive-'))
    lockFile = join(folder, 'lock')
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('of many processes never overlaps, also when all find the lock of a dead one', async () => {
    await writeFile(lockFile, String(deadPid()))
    const journal = join(folder, 'journal')
    const code = `import { exclusively } from ${MODULE}
      import { appendFileSync } from 'node:fs'
      import { setTimeout } from 'node:timers/promises'
      await exclusively(${JSON.stringify(lockFile)}, async () => {
        appendFileSync(${JSON.stringify(journal)}, 'in ')
        await setTimeout(20)
        appendFileSync(${JSON.stringify(journal)}, 'out ')
      }, { onWait() {}, pollMs: 1 })`
    const codes = await Promise.all(Array.from({ length: 6 }, () => exitCode(['--input-type=module', '-e', code])))
    expect(codes).toEqual([0, 0, 0, 0, 0, 0])
    expect(await readFile(journal, 'utf8')).toBe('in out '.repeat(6))
    expect(await readdir(folder)).toEqual(['journal'])
  })

  it('gives its result and leaves no lock, also when it fails', async () => {
    const onWait = vi.fn()
    expect(await exclusively(lockFile, async () => 7, { onWait })).toBe(7)
    const failing = exclusively(lockFile, () => Promise.reject(new Error('broken')), { onWait })
    await expect(failing).rejects.toThrow('broken')
    expect(await readdir(folder)).toEqual([])
    expect(onWait).not.toHaveBeenCalled()
  })

  it('waits as long as a child of a killed owner lives', async () => {
    const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await writeFile(lockFile, `${deadPid()}\n${orphan.pid}`)
    const order: string[] = []
    const work = exclusively(lockFile, async () => order.push('work'), { onWait: () => order.push('wait'), pollMs: 1 })
    await expect.poll(() => order.length).toBeGreaterThan(0)
    orphan.kill()
    await once(orphan, 'exit')
    order.push('gone')
    await work
    expect(order).toEqual(['wait', 'gone', 'work'])
  })

  it('names its children to those who wait', async () => {
    const seen = await exclusively(
      lockFile,
      async ({ alsoHeldBy }) => {
        alsoHeldBy(4321)
        return readFile(lockFile, 'utf8')
      },
      { onWait() {} },
    )
    expect(seen).toBe(`${process.pid}\n4321`)
  })

  it('gives up after a while and names the file to delete', async () => {
    await appendFile(lockFile, String(process.pid))
    const work = exclusively(lockFile, async () => 1, { onWait() {}, maxWaitMs: 5, pollMs: 1 })
    await expect(work).rejects.toThrow(lockFile)
  })
})

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid
}

async function exitCode(args: string[]): Promise<number> {
  const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit')
  return code
}
