import { describe, expect, it } from 'vitest'
import { HEAD_BYTES, isTypeAllowed, sniffContentType } from './content-type.ts'

const latin = (text: string): Buffer => Buffer.from(text, 'latin1')
const ftyp = (brand: string): Buffer => latin(`\0\0\0\x18ftyp${brand}\0\0\x02\0isom`)
const ebml = (docType: string): Buffer =>
  Buffer.concat([
    latin('\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82'),
    Buffer.from([0x80 + docType.length]),
    latin(docType),
  ])
const riff = (form: string): Buffer => latin(`RIFF\xff\xff\0\0${form}`)
const ogg = (packet: string): Buffer => latin(`OggS\0\x02${'\0'.repeat(20)}\x01\x2a${packet.padEnd(40, '\0')}`)

/** Packets of a transport stream, with `before` bytes in front of each. */
const packets = (before: number): Buffer =>
  Buffer.concat(
    Array.from({ length: 8 }, () => Buffer.concat([Buffer.alloc(before), latin('G'), Buffer.alloc(187, 0x80)])),
  )

/** Two frames of ADTS with `frameBytes` each. */
const adts = (frameBytes: number): Buffer => {
  const frame = Buffer.alloc(frameBytes)
  latin('\xff\xf1\x50').copy(frame)
  frame.writeUIntBE(0x800000 | (frameBytes << 5) | 0x1f, 3, 3)
  return Buffer.concat([frame, frame])
}

const CERTAIN: readonly (readonly [string, Buffer])[] = [
  ['video/mp4', ftyp('isom')],
  ['video/mp4', ftyp('mp42')],
  ['video/mp4', ftyp('M4V ')],
  ['video/mp4', ftyp('dash')],
  ['audio/mp4', ftyp('M4A ')],
  ['video/quicktime', ftyp('qt  ')],
  ['video/quicktime', latin('\0\0\0\x08wide\x00\x10\x00\x00mdat')],
  ['video/quicktime', latin('\x7f\0\0\0mdat\0\0\0\0')],
  ['video/3gpp', ftyp('3gp5')],
  ['video/3gpp2', ftyp('3g2a')],
  ['image/heic', ftyp('heic')],
  ['image/avif', ftyp('avif')],
  ['video/x-matroska', ebml('matroska')],
  ['video/webm', ebml('webm')],
  ['video/x-msvideo', riff('AVI ')],
  ['audio/wav', riff('WAVE')],
  ['audio/wav', latin('RF64\xff\xff\xff\xffWAVE')],
  ['image/webp', riff('WEBP')],
  ['video/x-flv', latin('FLV\x01\x05')],
  ['video/x-ms-asf', Buffer.from('3026b2758e66cf11a6d900aa0062ce6c00', 'hex')],
  ['video/ogg', ogg('\x80theora')],
  ['video/ogg', ogg('fishead')],
  ['audio/ogg', ogg('OpusHead')],
  ['audio/ogg', ogg('\x01vorbis')],
  ['audio/flac', latin('fLaC\0')],
  ['audio/mpeg', latin('ID3\x04\0')],
  ['video/mpeg', latin('\0\0\x01\xba\x44')],
  ['video/mxf', Buffer.from('060e2b34020501010d010201010204', 'hex')],
  ['application/pdf', latin('%PDF-1.7\n')],
  ['application/zip', latin('PK\x03\x04\x14')],
  ['application/gzip', latin('\x1f\x8b\x08')],
  ['application/x-executable', latin('\x7fELF\x02')],
  ['image/png', latin('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')],
  ['image/jpeg', latin('\xff\xd8\xff\xe0')],
  ['image/gif', latin('GIF89a')],
]

const BY_ALL: readonly (readonly [string, Buffer])[] = [
  ['video/mp2t', packets(0)],
  ['video/mp2t', packets(4)],
  ['video/mp2t', Buffer.concat([Buffer.alloc(50, 1), packets(0)])],
  ['audio/aac', adts(300)],
  ['audio/mpeg', Buffer.concat([latin('\xff\xfb\x90\x64'), Buffer.alloc(500)])],
  ['text/html', latin('\n <!DOCTYPE HTML><title>film.mp4</title>')],
  ['text/html', latin('<html><body>')],
  ['image/svg+xml', latin('<?xml version="1.0"?><svg xmlns="x">')],
  ['application/xml', latin('<?xml version="1.0"?><feed>')],
  ['application/vnd.apple.mpegurl', latin('#EXTM3U\n#EXT-X-VERSION:3\n')],
  ['text/plain', latin('the free lunch, and other stories\n')],
  ['text/plain', latin('BMW is a make of cars')],
  ['text/plain', Buffer.from('Grüße', 'utf8').subarray(0, 3)],
  ['text/plain', Buffer.from('회의 녹화 안내', 'utf8')],
  ['application/octet-stream', latin('\x00\x01\x02\x03\x04\x05\x06\x07\x08')],
  ['application/octet-stream', Buffer.alloc(0)],
  ['application/octet-stream', Buffer.alloc(HEAD_BYTES, 0xff)],
  ['application/octet-stream', riff('ODD ')],
  ['application/octet-stream', latin('Gr\x81')],
]

describe('the content type', () => {
  it.each(CERTAIN.map(([type, head]) => ({ type, head, begin: JSON.stringify(head.toString('latin1', 0, 12)) })))(
    'is $type for $begin, whether the file ends there or not',
    ({ type, head }) => {
      expect(sniffContentType(head, true)).toBe(type)
      expect(sniffContentType(head, false)).toBe(type)
      expect(sniffContentType(Buffer.concat([head, Buffer.alloc(3 * HEAD_BYTES, 0x41)]), false)).toBe(type)
    },
  )

  it.each(BY_ALL.map(([type, head]) => ({ type, head, begin: JSON.stringify(head.toString('latin1', 0, 12)) })))(
    'is $type for a whole file that begins with $begin',
    ({ type, head }) => expect(sniffContentType(head, true)).toBe(type),
  )

  it('is never taken back when more bytes come', () => {
    for (const [, bytes] of [...CERTAIN, ...BY_ALL]) {
      const whole = sniffContentType(bytes, true)
      for (let length = 0; length <= Math.min(bytes.length, HEAD_BYTES - 1); length++) {
        expect([undefined, whole]).toContain(sniffContentType(bytes.subarray(0, length), false))
      }
    }
  })
})

describe('a type', () => {
  it.each([
    ['video/mp4', [], true],
    ['video/mp4', ['video/*'], true],
    ['video/mp4', ['video/webm', 'video/mp4'], true],
    ['video/x-msvideo', ['video/avi'], true],
    ['audio/mp4', ['video/*'], false],
    ['video/mp4', ['video/mp'], false],
    ['application/pdf', ['audio/*', 'video/*'], false],
    ['videos/mp4', ['video/*'], false],
  ])('%s is judged against %j: %s', (type, allowed, expected) => {
    expect(isTypeAllowed(type, allowed)).toBe(expected)
  })
})
