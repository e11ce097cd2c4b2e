import { describe, expect, it } from 'vitest'
import type { AudioStep, EncodePlan, VideoStep } from '../core/transcoding/encode-plan.ts'
import { hlsArguments } from './hls-arguments.ts'

const step = (name: string, widthPx: number, heightPx: number, maxBitRate: number): VideoStep => ({
  name,
  codec: 'h264',
  widthPx,
  heightPx,
  frameRate: 30_000 / 1001,
  rateFactor: 23,
  maxBitRate,
  bufferBits: 1.5 * maxBitRate,
})

const SOUND: AudioStep = {
  name: 'audio',
  streamIndex: 2,
  bitRate: 128_000,
  sampleRateHz: 48_000,
  channels: 2,
  language: undefined,
  isDefault: true,
}

const PLAN: EncodePlan = {
  videoInput: { streamIndex: 0, colorMatrix: 'bt601', isHdr: false, isInterlaced: false, holdLastFrameMs: 0 },
  video: [step('720p', 1280, 720, 2_700_000), step('360p', 640, 360, 960_000)],
  audio: [SOUND],
  segmentDurationMs: 4000,
  durationMs: 60_500,
}
const INPUT = { path: '/data/http:x', kind: 'matroska' } as const
const SETTINGS = { threads: 2, preset: 'veryfast', canTonemap: true, maxPixels: 1000 }

const build = (plan: Partial<EncodePlan> = {}, settings: Partial<typeof SETTINGS> = {}) =>
  hlsArguments(INPUT, { ...PLAN, ...plan }, { ...SETTINGS, ...settings })
const graph = (...args: Parameters<typeof build>) => {
  const all = build(...args)
  return (all[all.indexOf('-filter_complex') + 1] ?? '').split(';')
}
const videoInput = (more: object) => ({ videoInput: { ...PLAN.videoInput, ...more } }) as Partial<EncodePlan>

describe('hlsArguments', () => {
  it('is one command for all renditions', () => {
    expect(build()).toEqual(
      [
        '-hide_banner -nostdin -nostats -loglevel error -y -progress pipe:1 -stats_period 0.5 -max_error_rate 0.33',
        '-threads 2 -max_pixels 1000 -protocol_whitelist file,pipe -format_whitelist matroska,webm -i file:/data/http:x',
        '-filter_complex_threads 2 -filter_complex',
        [
          '[0:0]fps=fps=30000/1001:start_time=0,',
          'scale=1280:720:flags=bicubic:in_color_matrix=smpte170m:out_color_matrix=bt709:out_range=tv,format=yuv420p,',
          'setsar=1,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,split=2[v0][s1];',
          '[s1]scale=640:360:flags=bicubic,setsar=1[v1];',
          '[0:2]aresample=async=1:first_pts=0,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo,',
          'apad=whole_dur=60.5[a0]',
        ].join(''),
        '-map [v0] -map [v1] -map [a0] -map_metadata -1 -map_chapters -1 -fflags +bitexact',
        '-threads:v 2 -flags:v +bitexact -g 121 -force_key_frames:v expr:gte(t,n_forced*4)',
        '-c:v:0 libx264 -preset:v:0 veryfast -profile:v:0 high -sc_threshold:v:0 0',
        '-crf:v:0 23 -maxrate:v:0 2700000 -bufsize:v:0 4050000',
        '-c:v:1 libx264 -preset:v:1 veryfast -profile:v:1 high -sc_threshold:v:1 0',
        '-crf:v:1 23 -maxrate:v:1 960000 -bufsize:v:1 1440000',
        '-c:a aac -flags:a +bitexact -b:a:0 128000 -t 76.550 -avoid_negative_ts disabled',
        '-f hls -hls_time 4 -hls_playlist_type vod -start_number 1 -hls_segment_type fmp4',
        '-hls_flags independent_segments -hls_fmp4_init_filename init.mp4 -hls_segment_filename %v/seg-%05d.m4s',
        '-var_stream_map',
      ]
        .join(' ')
        .split(' ')
        .concat('v:0,name:720p v:1,name:360p a:0,name:audio', '%v/index.m3u8'),
    )
  })

  it('opens the input as a local file of the recognised kind only', () => {
    const args = build()
    const input = args.indexOf('-i')
    expect(args.slice(0, input)).toEqual(
      expect.arrayContaining(['-protocol_whitelist', '-format_whitelist', '-nostdin', '-max_pixels']),
    )
    expect(args[input + 1]).toBe('file:/data/http:x')
    expect(args.filter((arg) => arg === '-i')).toHaveLength(1)
  })

  it('maps pictures alone for a silent source', () => {
    const args = build({ audio: [] })
    expect(args.join(' ')).toContain('-map [v0] -map [v1] -map_metadata')
    expect(args.join(' ')).not.toContain('-c:a')
    expect(args[args.indexOf('-var_stream_map') + 1]).toBe('v:0,name:720p v:1,name:360p')
  })

  it('makes one rendition of sound alone', () => {
    const args = build({ video: [], videoInput: undefined })
    expect(graph({ video: [], videoInput: undefined })).toEqual([
      '[0:2]aresample=async=1:first_pts=0,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo[a0]',
    ])
    expect(args.join(' ')).not.toContain('-c:v')
    expect(args[args.indexOf('-var_stream_map') + 1]).toBe('a:0,name:audio')
  })

  it('encodes each sound once, with its own rate', () => {
    const audio = [SOUND, { ...SOUND, name: 'audio-2', streamIndex: 3, bitRate: 64_000 }]
    expect(graph({ audio }).slice(-2)).toEqual([expect.stringMatching(/^\[0:2\]/), expect.stringMatching(/^\[0:3\]/)])
    const args = build({ audio })
    expect(args.join(' ')).toContain('-b:a:0 128000 -b:a:1 64000')
    expect(args[args.indexOf('-var_stream_map') + 1]).toMatch(/a:0,name:audio a:1,name:audio-2$/)
  })

  it('scales each size once, however many codecs want it', () => {
    const [large, small] = PLAN.video as [VideoStep, VideoStep]
    const hevc = (one: VideoStep): VideoStep => ({ ...one, name: `${one.name}-hevc`, codec: 'hevc' })
    const chains = graph({ video: [large, small, hevc(large), hevc(small)] })
    expect(chains.join(';').match(/scale=/g)).toHaveLength(2)
    expect(chains[0]).toMatch(/,split=3\[v0\]\[v2\]\[s1\]$/)
    expect(chains[1]).toBe('[s1]scale=640:360:flags=bicubic,setsar=1,split=2[v1][v3]')
  })

  it('splits nothing for a single rendition', () => {
    const [pictures, sound] = graph({ video: PLAN.video.slice(0, 1) })
    expect(pictures).not.toContain('split')
    expect(pictures).toMatch(/\[v0\]$/)
    expect(sound).toMatch(/apad=whole_dur=60\.5\[a0\]$/)
  })

  it('deinterlaces before it counts pictures, and holds the last one after', () => {
    const [pictures] = graph(videoInput({ isInterlaced: true, holdLastFrameMs: 2500 }))
    expect(pictures).toMatch(
      /^\[0:0\]bwdif=mode=send_frame:deint=interlaced,fps=fps=30000\/1001:start_time=0,tpad=stop_mode=clone:stop_duration=2\.5,scale=/,
    )
  })

  it('brings high dynamic range down where the build can, and only converts the matrix where it cannot', () => {
    const hdr = videoInput({ isHdr: true, colorMatrix: 'bt2020' })
    expect(graph(hdr)[0]).toContain('scale=1280:720:flags=bicubic,zscale=primariesin=bt2020')
    expect(graph(hdr, { canTonemap: false })[0]).not.toContain('zscale')
    expect(graph(hdr, { canTonemap: false })[0]).toContain('in_color_matrix=bt2020:out_color_matrix=bt709')
  })

  it('reserves room for the longest group of pictures between two forced keyframes', () => {
    const args = build()
    expect(args[args.indexOf('-g') + 1]).toBe('121')
    expect(args[args.indexOf('-force_key_frames:v') + 1]).toBe('expr:gte(t,n_forced*4)')
  })
})
