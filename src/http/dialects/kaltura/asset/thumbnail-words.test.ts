import { describe, expect, it } from 'vitest'
import { readThumbnail, type Thumbnail, thumbnailWords } from './thumbnail-words.ts'

const FILM = { widthPx: 1920, heightPx: 1080, durationMs: 60_000 }
const read = (path: string, query: Record<string, unknown> = {}): Thumbnail =>
  readThumbnail(thumbnailWords(`entry_id/0_abc/${path}`, query), FILM)

/** What is asked for, without what was not said. */
function wanted(path: string, query: Record<string, unknown> = {}): object {
  const thumbnail = read(path, query)
  if (thumbnail.kind !== 'picture') return thumbnail
  const { enlarges: _, ...request } = thumbnail.request
  const defaults: Record<string, unknown> = { fit: 'inside', background: '#ffffff', quality: 75, format: 'jpeg' }
  return Object.fromEntries(
    Object.entries(request).filter(([name, value]) => value !== undefined && value !== defaults[name]),
  )
}
const sized = (widthPx: number, heightPx: number, more: object = {}): object => ({ widthPx, heightPx, ...more })

describe('the size in an address', () => {
  it.each<[string, object]>([
    ['', sized(120, 90)],
    ['version/100001', sized(120, 90)],
    ['def_width/300/def_height/200', sized(300, 200)],
    ['width/640', sized(640, 0)],
    ['height/360', sized(0, 360)],
    ['width/640/height/360', sized(640, 360)],
    ['height/360/width/640', sized(640, 360)],
    ['width/0/height/0', { kind: 'stored' }],
    ['width/0', { kind: 'stored' }],
    ['width/0/height/0/quality/50', sized(0, 0, { quality: 50 })],
    ['width/0/height/0/format/png', sized(0, 0, { format: 'png' })],
    ['width/99999/height/90', sized(10_000, 90)],
    ['width/120.6/height/90', sized(121, 90)],
    // As the vendor's server: what is no number is 0, and what is below 0 is not said.
    ['width/wide/height/90', sized(0, 90)],
    ['width/-5/height/90', sized(0, 90)],
    ['width/-5', sized(120, 90)],
  ])('%s', (path, expected) => {
    expect(wanted(path)).toEqual(expected)
  })

  it('may have a file’s ending wherever it ends, or a file’s name', () => {
    expect(wanted('width/640/height/360.jpg')).toEqual(sized(640, 360))
    expect(wanted('width/640/height/360/a.png')).toEqual(sized(640, 360))
    expect(thumbnailWords('entry_id/0_abc.jpg', {}).get('entry_id')).toBe('0_abc')
  })

  it('may stand in the query, where the path does not say it', () => {
    expect(wanted('width/640', { width: '1', height: '2', type: ['3'] })).toEqual(sized(640, 2))
  })
})

describe('the shape in an address', () => {
  it.each<[string, object]>([
    ['type/1', sized(100, 50)],
    ['type/2/bgcolor/Ff00', sized(100, 50, { fit: 'pad', background: '#00ff00' })],
    ['type/3', sized(100, 50, { fit: 'cover' })],
    ['type/4', sized(100, 50, { fit: 'cover-top' })],
    ['type/5', sized(100, 50, { fit: 'fill' })],
    ['type/0', sized(100, 50)],
    ['type/9', sized(100, 50, { fit: 'fill' })],
    ['type/3/nearest_aspect_ratio/1', sized(100, 50, { fit: 'cover' })],
    ['nearest_aspect_ratio/1', sized(100, 50, { fit: 'cover' })],
  ])('%s', (path, expected) => {
    expect(wanted(`width/100/height/50/${path}`)).toEqual(expected)
  })

  it('is a square of one side where it is cut, and forced by a mark', () => {
    expect(wanted('width/100/type/3')).toEqual(sized(100, 100, { fit: 'cover' }))
    expect(wanted('height/90/type/4')).toEqual(sized(90, 90, { fit: 'cover-top' }))
    expect(wanted('width/100!/height/50')).toEqual(sized(100, 50, { fit: 'fill' }))
  })
})

describe('other words of an address', () => {
  it.each<[string, object]>([
    ['quality/40', { quality: 40 }],
    ['quality/0', {}],
    ['quality/400', { quality: 100 }],
    ['quality/good', {}],
    ['format/PNG', { format: 'png' }],
    ['format/gif', {}],
    ['src_x/960/src_y/540/src_w/480/src_h/270', { part: { left: 0.5, top: 0.5, width: 0.25, height: 0.25 } }],
    ['src_x/50/rel_width/100/rel_height/10', { part: { left: 0.5, top: 0, width: 0, height: 0 } }],
    ['vid_sec/3', { atMs: 3_000 }],
    ['vid_sec/1.5', { atMs: 1_500 }],
    ['vid_sec/-1', {}],
    ['vid_slice/1/vid_slices/3', { atMs: 20_000 }],
    ['vid_slice/1/vid_slices/2/start_sec/10/end_sec/20', { atMs: 15_000 }],
  ])('%s', (path, expected) => {
    expect(wanted(`width/100/height/50/${path}`)).toEqual(sized(100, 50, expected))
  })

  it('ask for a strip of so many pictures', () => {
    const strip = { widthPx: 164, heightPx: 0, fit: 'inside', quality: 75 }
    expect(read('width/164/vid_slices/100')).toEqual({ kind: 'strip', request: { ...strip, slices: 100 } })
    expect(read('width/164/vid_slices/9999')).toMatchObject({ kind: 'strip', request: { slices: 500 } })
    expect(read('width/164/vid_slices/5/start_sec/10/end_sec/90')).toMatchObject({
      request: { fromMs: 10_000, untilMs: 60_000 },
    })
  })

  it.each([
    ['bgcolor/red', 'bgcolor must be six hexadecimal characters'],
    ['bgcolor/1234567', 'bgcolor must be six hexadecimal characters'],
    ['vid_slices/0', 'vid_slices must be positive'],
    ['vid_slices/-3', 'vid_slices must be positive'],
    ['vid_slices/many', 'vid_slices must be positive'],
  ])('are refused: %s', (path, message) => {
    expect(() => read(`width/100/${path}`)).toThrow(message)
  })
})
