import { expect, it } from 'vitest'
import { aMediaInfo } from '../../../test/support/rows.ts'
import type { VideoStream } from './media-info.ts'
import { planSprites } from './sprite-plan.ts'

const video = aMediaInfo().video as VideoStream
const plan = (seconds: number, own: Partial<VideoStream> = {}) =>
  planSprites({ durationMs: seconds * 1000 }, { ...video, ...own })

it('has a picture for each second of a short film, and fewer of a long one', () => {
  const seen = [0.2, 2, 30, 401, 7200, 86_400].map((seconds) => {
    const { intervalMs, count, sheets, keyframesOnly } = plan(seconds)
    return [intervalMs, count, sheets, keyframesOnly]
  })
  expect(seen).toEqual([
    [1000, 1, 1, false],
    [1000, 2, 1, false],
    [1000, 30, 2, false],
    [2000, 201, 9, true],
    [20_000, 360, 15, true],
    [300_000, 288, 12, true],
  ])
})

it('makes sheets no larger than needed', () => {
  expect(plan(2)).toMatchObject({ columns: 2, rows: 1 })
  expect(plan(7)).toMatchObject({ columns: 5, rows: 2 })
  expect(plan(300)).toMatchObject({ columns: 5, rows: 5 })
})

it('keeps the shape of the film, upright or not, and enlarges nothing', () => {
  expect(plan(1)).toMatchObject({ widthPx: 160, heightPx: 90 })
  expect(plan(1, { widthPx: 1080, heightPx: 1920 })).toMatchObject({ widthPx: 90, heightPx: 160 })
  expect(plan(1, { widthPx: 64, heightPx: 36 })).toMatchObject({ widthPx: 64, heightPx: 36 })
  expect(plan(1, { widthPx: 4000, heightPx: 10 })).toMatchObject({ widthPx: 160, heightPx: 2 })
})
