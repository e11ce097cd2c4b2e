import { describe, expect, it } from 'vitest'
import { posterArguments } from './poster-arguments.ts'

const INPUT = { path: '/data/source', kind: 'mp4' } as const
const SETTINGS = { threads: 1, canTonemap: true, maxPixels: 1000 }
const VIDEO = { colorMatrix: 'bt709', isHdr: false, isInterlaced: false } as const
const REQUEST: Parameters<typeof posterArguments>[1] = {
  streamIndex: 1,
  widthPx: 640,
  heightPx: 360,
  video: VIDEO,
  atMs: 2500,
  choice: 'not-black',
  outputFile: '/out/poster',
}
const build = (more: Partial<Parameters<typeof posterArguments>[1]> = {}) =>
  posterArguments(INPUT, { ...REQUEST, ...more }, SETTINGS).join(' ')

describe('posterArguments', () => {
  it('is one command for one picture', () => {
    expect(build()).toBe(
      [
        '-hide_banner -nostdin -nostats -loglevel error -y -threads 1 -max_pixels 1000 -ss 2.500 -t 8',
        '-protocol_whitelist file,pipe -format_whitelist mov,mp4,m4a,3gp,3g2,mj2 -i file:/data/source -map 0:1 -vf',
        [
          'scale=640:360:flags=bicubic:in_color_matrix=bt709:out_color_matrix=smpte170m:out_range=pc,format=yuvj420p,setsar=1,',
          'blackframe=amount=0:threshold=32,metadata=mode=select:key=lavfi.blackframe.pblack:value=95:function=less,',
          'thumbnail=n=24',
        ].join(''),
        '-frames:v 1 -map_metadata -1 -c:v mjpeg -q:v 3 -flags:v +bitexact -f mjpeg file:/out/poster',
      ].join(' '),
    )
  })

  it('takes black pictures too when told to', () => {
    expect(build({ choice: 'typical' })).not.toContain('blackframe')
  })

  it('takes the very picture of a moment when told to', () => {
    const first = build({ choice: 'first' })
    expect(first).toContain('-ss 2.500')
    expect(first).not.toMatch(/blackframe|thumbnail/)
  })

  it('takes a cover as it is, without seeking', () => {
    const cover = build({ video: undefined, choice: 'first' })
    expect(cover).not.toMatch(/-ss|thumbnail/)
    expect(cover).toContain("scale=w='min(640,iw)':h=-2")
  })

  it('deinterlaces, and brings high dynamic range down', () => {
    expect(build({ video: { ...VIDEO, isInterlaced: true } })).toContain('-vf bwdif=')
    expect(build({ video: { ...VIDEO, isHdr: true } })).toContain('tonemap=tonemap=hable')
  })
})
