import { expect, it } from 'vitest'
import { aMediaInfo } from '../../../test/support/rows.ts'
import { encodePriority } from './encode-priority.ts'
import { dueOrder } from './job.ts'

const MINUTE = 60_000
const of = (minutes: number, widthPx = 1920, heightPx = 1080): number => {
  const { video } = aMediaInfo()
  return encodePriority({ durationMs: minutes * MINUTE, video: video && { ...video, widthPx, heightPx } })
}

it.each([
  ['a clip of seconds', of(0.2), 100],
  ['ten minutes', of(10), 110],
  ['ten minutes of a quarter of the pixels', of(10, 960, 540), 102],
  ['three hours', of(180), 160],
  ['a day in 4K', of(1440, 3840, 2160), 160],
  ['sound alone, however long', encodePriority({ durationMs: 600 * MINUTE, video: undefined }), 100],
])('gives %s the priority it has to wait for', (_, priority, expected) => {
  expect(priority).toBe(expected)
})

it('lets a clip pass a film that came half an hour before it, but not one that came an hour and a bit before', () => {
  const clip = dueOrder(of(1), 90 * MINUTE)
  expect(clip).toBeLessThan(dueOrder(of(120), 60 * MINUTE))
  expect(clip).toBeGreaterThan(dueOrder(of(120), 28 * MINUTE))
})
