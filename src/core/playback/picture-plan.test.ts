import { describe, expect, it } from 'vitest'
import { type PictureRequest, planPicture, planPictureWithin } from './picture-plan.ts'

const WIDE = { widthPx: 1280, heightPx: 720 }
const REQUEST: PictureRequest = {
  widthPx: 0,
  heightPx: 0,
  fit: 'inside',
  enlarges: true,
  background: '#ffffff',
  quality: 75,
  format: 'jpeg',
}

/** `left,top width x height -> width x height (left,top on width x height)` */
function planned(own: Partial<PictureRequest>, picture = WIDE): string {
  const { part, size, ground } = planPicture(picture, { ...REQUEST, ...own })
  const made = `${part.leftPx},${part.topPx} ${part.widthPx}x${part.heightPx} -> ${size.widthPx}x${size.heightPx}`
  return ground === undefined
    ? made
    : `${made} (${ground.leftPx},${ground.topPx} on ${ground.widthPx}x${ground.heightPx})`
}

describe('the size of a picture', () => {
  it.each<[string, Partial<PictureRequest>, string]>([
    ['is its own where nothing is said', {}, '0,0 1280x720 -> 1280x720'],
    ['follows from the width', { widthPx: 320 }, '0,0 1280x720 -> 320x180'],
    ['follows from the height', { heightPx: 90 }, '0,0 1280x720 -> 160x90'],
    ['follows from one side whatever the fit', { widthPx: 320, fit: 'cover' }, '0,0 1280x720 -> 320x180'],
    ['is as large as fits', { widthPx: 120, heightPx: 90 }, '0,0 1280x720 -> 120x68'],
    ['is never nothing', { widthPx: 1, heightPx: 1 }, '0,0 1280x720 -> 1x1'],
    ['grows where it may', { widthPx: 2560 }, '0,0 1280x720 -> 2560x1440'],
    ['does not grow where it may not', { widthPx: 2560, enlarges: false }, '0,0 1280x720 -> 1280x720'],
    ['has an end', { widthPx: 10_000, heightPx: 10_000, fit: 'fill' }, '0,0 1280x720 -> 4096x4096'],
    ['has an end in its own shape', { widthPx: 10_000 }, '0,0 1280x720 -> 4096x2304'],
  ])('%s', (_, own, expected) => {
    expect(planned(own)).toBe(expected)
  })

  it('has an end for what is a line', () => {
    expect(planned({ heightPx: 4096 }, { widthPx: 8000, heightPx: 1 })).toBe('0,0 8000x1 -> 4096x1')
  })
})

describe('the shape of a picture', () => {
  const square = { widthPx: 100, heightPx: 100 }
  it.each<[string, Partial<PictureRequest>, string]>([
    ['stands on a ground', { ...square, fit: 'pad' }, '0,0 1280x720 -> 100x56 (0,22 on 100x100)'],
    ['is cut off at both sides', { ...square, fit: 'cover' }, '280,0 720x720 -> 100x100'],
    ['is cut off at the sides, from the top', { ...square, fit: 'cover-top' }, '280,0 720x720 -> 100x100'],
    ['is cut off above and below', { widthPx: 640, heightPx: 180, fit: 'cover' }, '0,180 1280x360 -> 640x180'],
    ['is cut off below', { widthPx: 640, heightPx: 180, fit: 'cover-top' }, '0,0 1280x360 -> 640x180'],
    ['is squeezed', { ...square, fit: 'fill' }, '0,0 1280x720 -> 100x100'],
    [
      'is kept where there is less to show',
      { widthPx: 2000, heightPx: 1000, fit: 'cover', enlarges: false },
      '0,40 1280x640 -> 1280x640',
    ],
    [
      'is kept by a ground that is larger than the picture',
      { widthPx: 2000, heightPx: 1000, fit: 'pad', enlarges: false },
      '0,0 1280x720 -> 1280x720 (360,140 on 2000x1000)',
    ],
  ])('%s', (_, own, expected) => {
    expect(planned(own)).toBe(expected)
  })
})

describe('a part of a picture', () => {
  it.each<[string, Partial<PictureRequest>, string]>([
    ['is taken as it is', { part: { left: 0.5, top: 0.5, width: 0.25, height: 0.25 } }, '640,360 320x180 -> 320x180'],
    ['reaches to the edge', { part: { left: 0.75, top: 0, width: 0, height: 0 } }, '960,0 320x720 -> 320x720'],
    ['ends at the edge', { part: { left: 0.75, top: 0.9, width: 9, height: 9 } }, '960,648 320x72 -> 320x72'],
    ['outside is the last line', { part: { left: 5, top: 5, width: 1, height: 1 } }, '1279,719 1x1 -> 1x1'],
    [
      'is brought to a size and shape',
      { part: { left: 0.5, top: 0, width: 0.5, height: 0.5 }, widthPx: 100, heightPx: 100, fit: 'cover' },
      '780,0 360x360 -> 100x100',
    ],
  ])('%s', (_, own, expected) => {
    expect(planned(own)).toBe(expected)
  })

  it('of one that lies on a sheet lies there, too', () => {
    const place = { leftPx: 160, topPx: 90, widthPx: 160, heightPx: 90 }
    const part = { left: 0.5, top: 0.5, width: 0, height: 0 }
    expect(planPictureWithin(place, { ...REQUEST, part }).part).toEqual({
      leftPx: 240,
      topPx: 135,
      widthPx: 80,
      heightPx: 45,
    })
  })
})
