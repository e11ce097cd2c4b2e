import { describe, expect, it } from 'vitest'
import { type ContainerKind, sniffContainer } from './sniff-container.ts'

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))

const packets = (packetBytes: number, lead = 0) => {
  const head = Buffer.alloc(packetBytes * 6)
  for (let at = lead; at < head.length; at += packetBytes) head[at] = 0x47
  return head
}

/** MPEG-1 layer III, 128 kbit/s, 44.1 kHz: frames of 417 bytes. */
const mp3Frames = () =>
  Buffer.concat([1, 2].map(() => Buffer.concat([Buffer.from('fffb9000', 'hex'), Buffer.alloc(413)])))
/** ADTS frames of 20 bytes. */
const aacFrames = () =>
  Buffer.concat(
    [1, 2].map(() => Buffer.concat([Buffer.from('fff1508002 9ffc'.replace(' ', ''), 'hex'), Buffer.alloc(13)])),
  )

describe('sniffContainer', () => {
  it.each<[string, Buffer, ContainerKind]>([
    ['an MP4', bytes([0, 0, 0, 24], 'ftypisom'), 'mp4'],
    ['an MP4 that starts with its content', bytes([0, 0, 0, 8], 'wide', [0, 0, 1, 0], 'mdat'), 'mp4'],
    ['a file of 64-bit size', bytes([0, 0, 0, 1], 'mdat', [0, 0, 0, 1, 0, 0, 0, 0]), 'mp4'],
    ['Matroska', bytes([0x1a, 0x45, 0xdf, 0xa3, 0x93, 0x42, 0x82, 0x88], 'matroska'), 'matroska'],
    ['AVI', bytes('RIFF', [0, 1, 0, 0], 'AVI LIST'), 'avi'],
    ['WAV', bytes('RIFF', [0, 1, 0, 0], 'WAVEfmt '), 'wav'],
    ['large WAV', bytes('RF64', [255, 255, 255, 255], 'WAVEds64'), 'wav'],
    ['Ogg', bytes('OggS', [0, 2]), 'ogg'],
    ['FLAC', bytes('fLaC', [0]), 'flac'],
    ['FLV', bytes('FLV', [1, 5]), 'flv'],
    ['ASF', Buffer.from('3026b2758e66cf11a6d900aa0062ce6c00', 'hex'), 'asf'],
    ['a program stream', bytes([0, 0, 1, 0xba, 0x44]), 'mpeg-ps'],
    ['a transport stream', packets(188), 'mpegts'],
    ['a transport stream that starts in a packet', packets(188, 100), 'mpegts'],
    ['a transport stream with time stamps', packets(192, 4), 'mpegts'],
    ['MP3 with a tag', bytes('ID3', [4, 0, 0]), 'mp3'],
    ['MP3 without a tag', mp3Frames(), 'mp3'],
    ['AAC', aacFrames(), 'aac'],
    ['MXF', Buffer.from('060e2b34020501010d01020101020400', 'hex'), 'mxf'],
  ])('recognises %s', (_, head, kind) => {
    expect(sniffContainer(head)).toMatchObject({ verdict: 'container', kind })
  })

  it('reads the brand, which tells related forms apart', () => {
    expect(sniffContainer(bytes([0, 0, 0, 20], 'ftypqt  '))).toMatchObject({ brand: 'qt  ' })
    expect(sniffContainer(bytes([0x1a, 0x45, 0xdf, 0xa3, 0x8f, 0x42, 0x82, 0x84], 'webm'))).toMatchObject({
      brand: 'webm',
    })
  })

  it.each([
    ['an M3U playlist', '#EXTM3U\n#EXTINF:4,\n/etc/passwd\n'],
    ['a playlist after white space', '\n  #EXTM3U\n'],
    ['ffconcat', 'ffconcat version 1.0\nfile /etc/passwd\n'],
    ['SDP', 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n'],
    [
      'DASH',
      '<?xml version="1.0" encoding="utf-8"?>\n<!-- made by hand -->\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">',
    ],
    ['SMIL', '<smil><body/></smil>'],
    ['PLS', '[playlist]\nFile1=/etc/passwd\n'],
    ['HEIC', '\0\0\0\x18ftypheic'],
    ['WebP', 'RIFF\0\x01\0\0WEBPVP8 '],
    ['PNG', '\x89PNG\r\n\x1a\n'],
    ['JPEG', '\xff\xd8\xff\xe0\0\x10JFIF'],
    ['GIF', 'GIF89a'],
  ])('does not allow %s', (_, text) => {
    expect(sniffContainer(bytes(text)).verdict).toBe('not_allowed')
  })

  it.each([
    ['prose', 'Moving pictures are described here, none is shown.\n', 'a text'],
    ['prose with a famous start', 'MZ, BM and II are initials.', 'a text'],
    ['a PDF', '%PDF-1.7\n', 'a PDF document'],
    ['a ZIP', 'PK\x03\x04\x14\0', 'a ZIP archive or an office document'],
    ['a program', '\x7fELF\x02\x01', 'a program'],
    ['a Windows program', 'MZ\x90\0\x03', 'a program'],
    ['a single sync byte', 'G\0\0\0', 'of no form we know'],
    ['one MPEG audio header and nothing behind it', '\xff\xfb\x90\0\0\0', 'of no form we know'],
    ['a box of impossible size', '\0\0\0\x02moov\0\0', 'of no form we know'],
  ])('calls %s not media', (_, text, what) => {
    expect(sniffContainer(bytes(text))).toEqual({ verdict: 'not_media', what })
  })
})
