import { describe, expect, it } from 'vitest'
import { isDomainError } from '../errors.ts'
import { toWebVtt } from './subtitle-text.ts'

const convert = (text: string, encoding: BufferEncoding = 'utf8') => toWebVtt(Buffer.from(text, encoding))

const EXPECTED = 'WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nFirst & <i>last</i>\n'.replace('&', '&amp;')

describe('toWebVtt', () => {
  it('takes SRT with its tags, in any line ending, with or without a byte order mark', () => {
    const srt = '1\n00:00:01,000 --> 00:00:02,500\n<font color="red">First</font> & <I>last</I>\n'
    expect(convert(srt)).toBe(EXPECTED)
    expect(convert(srt.replaceAll('\n', '\r\n'))).toBe(EXPECTED)
    expect(convert(`\ufeff${srt}`)).toBe(EXPECTED)
    expect(convert(`\ufeff${srt}`, 'utf16le')).toBe(EXPECTED)
  })

  it('takes ASS without its styling and its drawings', () => {
    const ass = [
      '[Script Info]',
      'Title: x',
      '[Events]',
      'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
      'Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\an8\\b1}One, two\\NThree',
      'Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\p1}m 0 0 l 1 1{\\p0}',
      'Comment: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,not shown',
    ].join('\n')
    expect(convert(ass)).toBe('WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nOne, two\nThree\n')
  })

  it('takes TTML, also as DFXP', () => {
    const ttml = (namespace: string) =>
      `<tt xmlns="${namespace}"><body><div><p begin="00:00:01.000" end="00:00:02.500">First &amp; <span tts:fontStyle="italic">last</span></p></div></body></tt>`
    expect(convert(ttml('http://www.w3.org/ns/ttml'))).toBe(EXPECTED)
    expect(convert(`\ufeff<?xml version="1.0" encoding="UTF-8"?>\n${ttml('http://www.w3.org/2006/10/ttaf1')}`)).toBe(
      EXPECTED,
    )
  })

  it('keeps the settings of WebVTT cues, and leaves out styles, notes and what it does not know', () => {
    const vtt = [
      'WEBVTT - a title',
      '',
      'STYLE',
      '::cue { background: url(https://spy.example) }',
      '',
      'NOTE a comment',
      '',
      'intro',
      '01:00.000 --> 01:02.000 line:90% onclick:x align:start',
      '<v Anna>Hello</v>',
    ].join('\n')
    expect(convert(vtt)).toBe('WEBVTT\n\n00:01:00.000 --> 00:01:02.000 line:90% align:start\n<v Anna>Hello</v>\n')
  })

  it('puts cues in the order of time, and leaves out empty and backward ones', () => {
    const block = (start: string, end: string, text: string) => `${start} --> ${end}\n${text}`
    const blocks = [
      block('00:00:05,000', '00:00:06,000', 'second'),
      block('00:00:03,000', '00:00:02,000', 'backward'),
      block('00:00:03,000', '00:00:04,000', ' '),
      block('00:00:01,000', '00:00:02,000', 'first'),
    ]
    expect(convert(blocks.join('\n\n')).match(/^[a-z]+$/gm)).toEqual(['first', 'second'])
  })

  it('lets no line of a cue begin another one', () => {
    const made = convert('00:00:01,000 --> 00:00:02,000\nan arrow --> here\n')
    expect(made.match(/-->/g)).toHaveLength(1)
  })

  it('reads a text of another encoding rather than refuse it', () => {
    expect(convert('00:00:01,000 --> 00:00:02,000\nGr\u00fc\u00dfe\n', 'latin1')).toContain('Gr\u00fc\u00dfe')
  })

  it.each([
    ['nothing', ''],
    ['a letter', 'Dear reader'],
    ['WebVTT without a cue', 'WEBVTT\n\nNOTE nothing'],
    ['a playlist', '#EXTM3U\n'],
    [
      'TTML with a document type',
      '<!DOCTYPE tt [<!ENTITY a "x">]><tt><body><p begin="0s" end="1s">&a;</p></body></tt>',
    ],
    ['TTML without words', '<tt><body/></tt>'],
    ['a page', '<html><body><p>Hello</p></body></html>'],
  ])('refuses %s', (_, text) => {
    expect(() => convert(text)).toThrow(expect.toSatisfy((error) => isDomainError(error, 'invalid_argument')))
  })
})
