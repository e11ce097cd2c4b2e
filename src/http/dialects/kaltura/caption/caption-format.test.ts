import { describe, expect, it } from 'vitest'
import { toWebVtt } from '../../../../core/transcoding/subtitle-text.ts'
import { toSrt } from './caption-format.ts'

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
