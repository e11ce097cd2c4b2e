import { expect, it } from 'vitest'
import { aMediaInfo } from '../../test/support/rows.ts'
import type { VideoStream } from '../core/transcoding/media-info.ts'
import { planSprites } from '../core/transcoding/sprite-plan.ts'
import { spriteArguments } from './sprite-arguments.ts'

const video = aMediaInfo().video as VideoStream
const SETTINGS = { threads: 1, canTonemap: true, maxPixels: 1000 }
const build = (seconds: number, own: Partial<VideoStream> = {}) => {
  const shown = { ...video, ...own }
  const input = { path: '/data/source', kind: 'mp4' } as const
  return spriteArguments(input, shown, planSprites({ durationMs: seconds * 1000 }, shown), SETTINGS).join(' ')
}

it('is one command for all sheets', () => {
  expect(build(30)).toBe(
    [
      '-hide_banner -nostdin -nostats -loglevel error -y -threads 1 -max_pixels 1000',
      '-protocol_whitelist file,pipe -format_whitelist mov,mp4,m4a,3gp,3g2,mj2 -i file:/data/source -map 0:0 -vf',
      [
        'fps=fps=1000/1000:start_time=0:eof_action=pass,tpad=stop=-1:stop_mode=clone,trim=end_frame=30,',
        'scale=160:90:flags=area:in_color_matrix=bt709:out_color_matrix=smpte170m:out_range=pc,',
        'format=yuvj420p,setsar=1,tile=5x5',
      ].join(''),
      '-fps_mode passthrough -map_metadata -1 -c:v mjpeg -q:v 4 -flags:v +bitexact',
      '-f image2 -start_number 1 sheet-%d.jpg',
    ].join(' '),
  )
})

it('decodes only key frames of a long film', () => {
  expect(build(3600)).toMatch(/-skip_frame nokey .*-i .*fps=1000\/10000/)
  expect(build(60)).not.toContain('skip_frame')
})

it('brings high dynamic range down', () => {
  expect(build(10, { isHdr: true })).toContain('tonemap=tonemap=hable')
})
