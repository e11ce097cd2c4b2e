import { describe, expect, it } from 'vitest'
import type { ImageId } from '../core/ids.ts'
import type { DrawnMark } from '../core/transcoding/drawing.ts'
import { drawOn, markArguments } from './drawing-filters.ts'

const SIZE = { widthPx: 1280, heightPx: 720 }
const PLACE = { position: 'bottom-right', opacity: 0.5, marginPercent: 5 } as const
const TEXT = { ...PLACE, kind: 'text', text: 'Reeldock', sizePercent: 10, color: 'ffcc00' } as const
const IMAGE = {
  ...PLACE,
  kind: 'image',
  imageId: 'img_x' as ImageId,
  widthPercent: 20,
  contentType: 'image/png',
  bytes: new Uint8Array(),
} as const
const draw = (watermark: DrawnMark | undefined, subtitles?: string) =>
  drawOn(['scale=1280:720', 'setsar=1'], { watermark, subtitles }, SIZE).join(',')

describe('what is drawn into pictures', () => {
  it('is nothing where nothing was asked for', () => {
    expect(drawOn(['a', 'b'], undefined, SIZE)).toEqual(['a', 'b'])
  })

  it('is a text out of a file, in a share of the picture', () => {
    expect(draw(TEXT)).toBe(
      [
        'scale=1280:720,setsar=1,drawtext=fontfile=drawn/fonts/font:textfile=drawn/text.txt:expansion=none',
        'fontsize=72:fontcolor=0xffcc00@0.500:x=w-tw-36:y=h-th-36',
      ].join(':'),
    )
  })

  it('has no word of anybody in the filter graph', () => {
    const text = "x':textfile=/etc/passwd,movie=/etc/passwd;[in]%{pts}\\"
    expect(draw({ ...TEXT, text }).replace(/fontsize=\d+/, '')).toBe(draw(TEXT).replace(/fontsize=\d+/, ''))
    expect(draw(undefined, text)).toBe(draw(undefined, 'WEBVTT'))
  })

  it('becomes smaller where the text would not fit', () => {
    expect(draw({ ...TEXT, text: 'x'.repeat(100) })).toContain('fontsize=18:')
    expect(draw({ ...TEXT, text: '𝒳'.repeat(100) })).toContain('fontsize=18:')
    // Of those scripts each letter is a square.
    expect(draw({ ...TEXT, text: '한국語だ。'.repeat(20) })).toContain('fontsize=12:')
  })

  it.each([
    ['top-left', 'x=36:y=36'],
    ['top-right', 'x=W-w-36:y=36'],
    ['bottom-left', 'x=36:y=H-h-36'],
    ['center', 'x=(W-w)/2:y=(H-h)/2'],
  ] as const)('stands at %s', (position, expected) => {
    expect(draw({ ...IMAGE, position })).toMatch(`[below]overlay=${expected}`)
  })

  it('has texts at their time in the film, and the watermark where the time of a piece has begun', () => {
    const chain = drawOn(['a'], { watermark: TEXT, subtitles: 'WEBVTT' }, SIZE, ['setpts'])
    expect(chain.map((filter) => filter.split('=')[0])).toEqual(['a', 'subtitles', 'setpts', 'drawtext'])
  })

  it('is in the font that was chosen', () => {
    const drawing = { watermark: undefined, subtitles: 'WEBVTT', fontName: 'Noto Sans CJK KR' }
    expect(drawOn(['a'], drawing, SIZE)[1]).toMatch(/force_style='FontName=Noto Sans CJK KR'$/)
  })

  it('is a picture over what was drawn before', () => {
    expect(draw(IMAGE, 'WEBVTT')).toBe(
      [
        'scale=1280:720,setsar=1,subtitles=filename=drawn/subtitles.vtt:fontsdir=drawn/fonts',
        ":force_style='FontName=DejaVu Sans'[below];movie=filename=drawn/mark.png",
        ',scale=out_color_matrix=bt709:out_range=tv,format=yuva420p,[below]overlay=x=W-w-36:y=H-h-36',
      ].join(''),
    )
  })
})

it('makes a picture as large and as faint as it is drawn, opened as what it was seen to be', () => {
  const args = markArguments(IMAGE, SIZE, 1000).join(' ')
  expect(args).toContain('-protocol_whitelist file -f png_pipe -i file:drawn/picture -frames:v 1 -vf')
  const scale = 'scale=w=256:h=648:force_original_aspect_ratio=decrease:flags=bicubic'
  expect(args).toContain(`${scale},format=rgba,colorchannelmixer=aa=0.500 -f image2 -update 1 drawn/mark.png`)
  expect(markArguments({ ...IMAGE, contentType: 'image/jpeg' }, SIZE, 1000)).toContain('jpeg_pipe')
})
