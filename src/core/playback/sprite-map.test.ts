import { expect, it } from 'vitest'
import { spriteMap, storyboard } from './sprite-map.ts'

const SPRITES = {
  prefix: 'x/',
  sheets: 2,
  columns: 2,
  rows: 1,
  widthPx: 160,
  heightPx: 90,
  intervalMs: 2000,
  count: 3,
}

it('says for every moment of the film which part of which sheet shows it', () => {
  expect(spriteMap(SPRITES, 5500, (name) => `sheets/${name}`)).toBe(
    [
      'WEBVTT\n',
      '00:00:00.000 --> 00:00:02.000\nsheets/sheet-1.jpg#xywh=0,0,160,90\n',
      '00:00:02.000 --> 00:00:04.000\nsheets/sheet-1.jpg#xywh=160,0,160,90\n',
      '00:00:04.000 --> 00:00:05.500\nsheets/sheet-2.jpg#xywh=0,0,160,90\n',
    ].join('\n'),
  )
})

it('tells a page the same as data', () => {
  const { tiles, ...rest } = storyboard({ ...SPRITES, columns: 1, rows: 2 }, 5500, (name) => name)
  expect(rest).toEqual({ durationMs: 5500, widthPx: 160, heightPx: 90 })
  expect(tiles).toEqual([
    { startMs: 0, url: 'sheet-1.jpg', x: 0, y: 0 },
    { startMs: 2000, url: 'sheet-1.jpg', x: 0, y: 90 },
    { startMs: 4000, url: 'sheet-2.jpg', x: 0, y: 0 },
  ])
})
