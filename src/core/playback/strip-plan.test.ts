import { expect, it } from 'vitest'
import { planStrip } from './strip-plan.ts'

const TILE = { widthPx: 160, heightPx: 90 }
const plan = (widthPx: number, slices: number) =>
  planStrip(TILE, 60_000, { widthPx, heightPx: 0, fit: 'inside', quality: 75, slices })

it('is of moments from the beginning on, equally far apart', () => {
  expect(plan(160, 4).times).toEqual([0, 15_000, 30_000, 45_000])
  expect(
    planStrip(TILE, 60_000, { ...TILE, fit: 'inside', quality: 1, slices: 2, fromMs: 10_000, untilMs: 20_000 }).times,
  ).toEqual([10_000, 15_000])
})

it('has the size that is asked for, unless that makes a strip that nobody can open', () => {
  expect(plan(164, 100).tile).toEqual({ widthPx: 164, heightPx: 92 })
  const { tile } = plan(4096, 500)
  expect(tile.widthPx * 500).toBeLessThanOrEqual(65_000)
  expect(tile.widthPx * tile.heightPx * 500).toBeLessThanOrEqual(4096 * 4096)
})
