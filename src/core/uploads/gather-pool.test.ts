import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatherPool } from './gather-pool.ts'
import { offsetInPage } from './page-memory.ts'

const MIB = 1024 * 1024

describe('gather pool', () => {
  it.each([
    [1, 1 * MIB],
    [8, 1 * MIB],
    [16, MIB / 2],
    [100, MIB / 16],
    [5_000, MIB / 16],
  ])('gives %d runs that share 32 MiB buffers of %d bytes', (runs, sizeBytes) => {
    const pool = new GatherPool(32 * MIB)
    for (let i = 0; i < runs; i++) pool.join()
    expect(pool.take()).toHaveLength(sizeBytes)
  })

  it('gives larger ones again when runs have left', () => {
    const pool = new GatherPool(4 * MIB)
    const leave = [pool.join(), pool.join()]
    expect(pool.take()).toHaveLength(MIB / 2)
    leave[0]?.()
    expect(pool.take()).toHaveLength(MIB)
  })

  it('uses a buffer again that was given back, and never one that was not', () => {
    const pool = new GatherPool(8 * MIB)
    const first = pool.take()
    const second = pool.take()
    expect(second).not.toBe(first)
    pool.give(first)
    expect(pool.take()).toBe(first)
  })

  it('keeps no more for later than its share of memory', () => {
    const pool = new GatherPool(2 * MIB)
    pool.join()
    const buffers = Array.from({ length: 20 }, () => pool.take())
    for (const buffer of buffers) pool.give(buffer)
    const again = Array.from({ length: 20 }, () => pool.take())
    expect(again.filter((buffer) => buffers.includes(buffer))).toHaveLength(4)
  })

  it('gives buffers that a disk can take as they are, as far as its memory goes', () => {
    const pool = new GatherPool(2 * MIB)
    pool.join()
    const places = Array.from({ length: 6 }, () => pool.take()).map((buffer) => offsetInPage(buffer))
    expect(places).toEqual([0, 0, 0, 0, undefined, undefined])
  })

  it('never has two buffers in use that share a byte, whatever sizes are asked for in between', () => {
    const step = fc.oneof(
      fc.constant('join' as const),
      fc.constant('leave' as const),
      fc.constant('take' as const),
      fc.nat({ max: 50 }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const pool = new GatherPool(3 * MIB)
        const leaves: (() => void)[] = []
        const used: Uint8Array[] = []
        for (const each of steps) {
          if (each === 'join') leaves.push(pool.join())
          else if (each === 'leave') leaves.pop()?.()
          else if (each === 'take') used.push(pool.take())
          else for (const buffer of used.splice(each, 1)) pool.give(buffer)
        }
        const sharing = used.filter((a, i) => used.slice(i + 1).some((b) => overlap(a, b)))
        expect(sharing).toEqual([])
      }),
    )
  })
})

function overlap(a: Uint8Array, b: Uint8Array): boolean {
  return a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.length && b.byteOffset < a.byteOffset + a.length
}
