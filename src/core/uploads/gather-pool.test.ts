import { describe, expect, it } from 'vitest'
import { GatherPool } from './gather-pool.ts'

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
})
