import { describe, expect, it } from 'vitest'
import { codecString } from './codec-string.ts'

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const header = Buffer.alloc(8)
  header.writeUInt32BE(8 + body.length, 0)
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, body])
}
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const track = (entry: Buffer) =>
  box('trak', box('mdia', box('minf', box('stbl', box('stsd', hex('00000000 00000001'), entry)))))
const picture = (type: string, config: string) => track(box(type, Buffer.alloc(78), box('avcC', hex(config))))
const sound = (descriptor: string) =>
  track(box('mp4a', Buffer.alloc(28), box('esds', hex('00000000'), hex(descriptor))))

/** ES descriptor with a decoder configuration for the given AudioSpecificConfig; lengths in ffmpeg's four-byte form. */
const aac = (specific: string) => {
  const bytes = specific.length / 2
  const length = (n: number) => `808080${n.toString(16).padStart(2, '0')}`
  const decoder = `40 15 000000 0001f400 0001f400 05${length(bytes)}${specific}`.replaceAll(' ', '')
  const config = `04${length(decoder.length / 2)}${decoder}`
  return `03${length(3 + config.length / 2)}000200${config}`
}

describe('codecString', () => {
  it('reads profile, constraints and level of H.264', () => {
    expect(codecString(box('moov', picture('avc1', '01 64 00 1f ff')))).toBe('avc1.64001f')
    expect(codecString(box('moov', picture('avc1', '01 4d 40 28 ff')))).toBe('avc1.4d4028')
  })

  it.each([
    ['AAC-LC', '1190', 'mp4a.40.2'],
    ['HE-AAC', '2b92', 'mp4a.40.5'],
    ['an escaped object type', 'f940', 'mp4a.40.42'],
  ])('reads the object type of %s', (_, specific, expected) => {
    expect(codecString(box('moov', sound(aac(specific))))).toBe(expected)
  })

  it('names pictures first, whatever the order of the tracks', () => {
    expect(codecString(box('moov', sound(aac('1190')), picture('avc1', '01 64 00 28')))).toBe('avc1.640028,mp4a.40.2')
  })

  it('reads descriptors with short lengths', () => {
    expect(codecString(box('moov', sound('03 16 0002 00 04 11 40 15 000000 0001f400 0001f400 05 02 1190')))).toBe(
      'mp4a.40.2',
    )
  })

  it('does not guess', () => {
    expect(() => codecString(box('moov', track(box('hvc1', Buffer.alloc(78)))))).toThrow('hvc1')
    expect(() => codecString(box('moov', sound('03 08 0002 00 04 03 6b 15 00')))).toThrow('not MPEG-4 audio')
    expect(() => codecString(box('free'))).toThrow('no moov')
  })
})
