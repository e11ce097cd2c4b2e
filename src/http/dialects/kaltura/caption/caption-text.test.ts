import { describe, expect, it } from 'vitest'
import { toWebVtt } from '../../../../core/transcoding/subtitle-text.ts'
import { segmentsPlaylist, toDfxp, toJson, toSrt, webVttSegment } from './caption-text.ts'

describe('SRT', () => {
  it('comes back as it went in', () => {
    const srt = '1\n00:00:01,000 --> 00:00:02,500\nYou & <i>me</i>\nand them\n\n2\n01:02:03,004 --> 01:02:05,000\nEnd\n'
    expect(toSrt(toWebVtt(Buffer.from(srt)))).toBe(srt)
  })

  it('has no settings of WebVTT', () => {
    const vtt = 'WEBVTT\n\n00:01.000 --> 00:02.000 align:start line:5\nHello\n'
    expect(toSrt(toWebVtt(Buffer.from(vtt)))).toBe('1\n00:00:01,000 --> 00:00:02,000\nHello\n')
  })
})

const cue = (words: string, times = '00:00:01.000 --> 00:00:02.000'): string => `WEBVTT\n\n${times}\n${words}\n`
const paragraph = (words: string): string => /<p [^>]*>(.*)<\/p>/s.exec(toDfxp(cue(words), 'en'))?.[1] ?? ''

describe('DFXP', () => {
  it('comes back as it went in', () => {
    const vtt = cue('You &amp; <i>me</i>\n<b><u>them</u></b> &lt;all&gt;')
    expect(toWebVtt(Buffer.from(toDfxp(vtt, 'pt-BR')))).toBe(vtt.replace('&gt;', '>'))
    expect(toDfxp(vtt, 'pt-BR')).toContain('xml:lang="pt-BR"')
  })

  it('is well-formed whatever the words are', () => {
    expect(paragraph('<v Anna><c.loud>a</c></v> <00:00:01.500>b')).toBe('a b')
    expect(paragraph('<i>a<b>b</i>c')).toBe(
      '<span tts:fontStyle="italic">a<span tts:fontWeight="bold">bc</span></span>',
    )
    expect(paragraph('a < b & "c" &unknown; &lrm;</i>')).toBe('a &lt; b &amp; &quot;c&quot; &amp;unknown; \u200e')
  })
})

describe('segments', () => {
  it('cover the film, the last one with what is left', () => {
    const lengths = (filmMs: number): string[] => segmentsPlaylist(filmMs, 30).match(/EXTINF:\d+/g) ?? []
    expect(lengths(65_000)).toEqual(['EXTINF:30', 'EXTINF:30', 'EXTINF:5'])
    expect(lengths(30_000)).toEqual(['EXTINF:30'])
    expect(lengths(0)).toEqual(['EXTINF:1'])
  })

  it('each have what is shown during them, also what began before', () => {
    const vtt = cue('long', '00:00:05.000 --> 00:01:05.000 line:90%')
    const has = (index: number): boolean => webVttSegment(vtt, { index, segmentS: 30, localMs: 0 }).includes('long')
    expect([1, 2, 3, 4].map(has)).toEqual([true, true, true, false])
    expect(webVttSegment(vtt, { index: 1, segmentS: 30, localMs: 0 })).toContain('--> 00:01:05.000 line:90%\nlong')
    const short = cue('x', '00:00:10.000 --> 00:00:30.000')
    expect(webVttSegment(short, { index: 2, segmentS: 30, localMs: 0 })).not.toContain('x')
  })
})

it('as data has no markup', () => {
  expect(JSON.parse(toJson(cue('<i>a</i> &amp;\nb')))).toEqual({
    objects: [{ startTime: 1000, endTime: 2000, content: [{ text: 'a &\nb' }] }],
  })
})
