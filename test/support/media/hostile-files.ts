import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import type { RefusalReason } from '../../../src/core/transcoding/refusal.ts'
import { makeClip, makeSubtitlesOnly, runFfmpeg } from './make-media.ts'

export type HostileFile = Readonly<{ what: string; reason: RefusalReason; content: Buffer }>

/** Words that must never come back to a client: they stand in a file that the playlists point at. */
export const SECRET = 'correct-horse-battery-staple'

/**
 * Files that must be refused, each with its reason. `directory` gets the clips they are made from and a file with
 * SECRET in it.
 */
export async function hostileFiles(directory: string): Promise<HostileFile[]> {
  const secret = join(directory, 'secret')
  await writeFile(secret, `${SECRET}\n`)
  const plain = await readFile(await makeClip(directory, 'plain'))
  const fastStart = await readFile(await makeClip(directory, 'fastStart'))
  const avi = await readFile(await makeClip(directory, 'avi'))
  const mkv = await readFile(await makeClip(directory, 'mkv'))
  const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)
  const text = (...lines: string[]) => Buffer.from(`${lines.join('\n')}\n`)
  const hls = ['#EXTM3U', '#EXT-X-TARGETDURATION:4', '#EXTINF:4,', `file://${secret}`, '#EXT-X-ENDLIST']
  const sdp = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=x', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=video 5004 RTP/AVP 96']
  return [
    { what: 'an empty file', reason: 'empty_file', content: Buffer.alloc(0) },
    { what: 'one byte', reason: 'not_media', content: Buffer.from('x') },
    { what: 'a text', reason: 'not_media', content: text('Dear reader,', 'this is not a film.') },
    { what: 'zeros', reason: 'not_media', content: Buffer.alloc(100_000) },
    { what: 'noise', reason: 'not_media', content: noise(100_000) },
    { what: 'a ZIP archive', reason: 'not_media', content: Buffer.concat([Buffer.from('PK\x03\x04'), noise(1000)]) },
    { what: 'a PDF', reason: 'not_media', content: text('%PDF-1.7', '1 0 obj', 'endobj') },
    {
      what: 'a PNG',
      reason: 'format_not_allowed',
      content: Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), noise(1000)]),
    },
    { what: 'an HLS playlist', reason: 'format_not_allowed', content: text(...hls) },
    {
      what: 'an HLS playlist after a byte order mark',
      reason: 'format_not_allowed',
      content: text(`\ufeff${hls[0]}`, ...hls.slice(1)),
    },
    {
      what: 'an HLS playlist that leads to a server inside',
      reason: 'format_not_allowed',
      content: text(...hls.map((line) => line.replace(/^file:.*/, 'http://127.0.0.1:9/latest/meta-data'))),
    },
    {
      what: 'a list for the concat demuxer',
      reason: 'format_not_allowed',
      content: text('ffconcat version 1.0', `file '${secret}'`),
    },
    { what: 'a session description', reason: 'format_not_allowed', content: Buffer.from(`${sdp.join('\r\n')}\r\n`) },
    {
      what: 'a DASH manifest',
      reason: 'format_not_allowed',
      content: text('<?xml version="1.0"?>', '<MPD type="static">', '</MPD>'),
    },
    { what: 'an MP4 cut before its index', reason: 'truncated', content: half(plain) },
    { what: 'an MP4 cut after its index', reason: 'truncated', content: half(fastStart) },
    { what: 'an MKV cut in the middle', reason: 'truncated', content: half(mkv) },
    { what: 'an AVI cut in the middle', reason: 'truncated', content: half(avi) },
    { what: 'an MP4 with a broken index', reason: 'damaged', content: withBrokenIndex(plain) },
    { what: 'an MP4 that is only a header', reason: 'damaged', content: plain.subarray(0, plain.readUInt32BE(0)) },
    {
      what: 'a list of files without a header',
      reason: 'not_media',
      content: text(`file '${secret}'`, "file 'a.mp4'"),
    },
    { what: 'an MP4 with 3000 tracks', reason: 'too_many_streams', content: withTracks(plain, 3000) },
    { what: 'pictures of 16 000 pixels', reason: 'too_many_pixels', content: await pictureBomb(directory, 16_000) },
    { what: 'an attached file alone', reason: 'no_streams', content: await attachmentAlone(directory) },
    { what: 'a film without a moment', reason: 'no_duration', content: await initSegment(directory) },
    { what: 'a compressed index that unpacks to gigabytes', reason: 'damaged', content: indexBomb() },
    {
      what: 'a film whose pictures and sound are said to lie in another file',
      reason: 'truncated',
      content: withForeignTracks(plain, secret),
    },
    { what: 'subtitles alone', reason: 'no_streams', content: await readFile(await makeSubtitlesOnly(directory)) },
  ]
}

/** The type of every track's header box is unreadable. */
function withBrokenIndex(mp4: Buffer): Buffer {
  const broken = Buffer.from(mp4)
  for (let at = broken.indexOf('trak'); at >= 0; at = broken.indexOf('trak')) broken.writeUInt32BE(0xfe_fe_fe_fe, at)
  return broken
}

/** The same bytes each time, without any pattern. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 0x2545_f491
  for (let i = 0; i < length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[i] = state & 0xff
  }
  return bytes
}

/** The film's first track again and again; `mp4` has its index at the end, so that nothing else moves. */
function withTracks(mp4: Buffer, count: number): Buffer {
  const index = mp4.indexOf('moov') - 4
  const track = mp4.indexOf('trak') - 4
  const bytes = mp4.subarray(track, track + mp4.readUInt32BE(track))
  const copies = Array.from({ length: count }, () => bytes)
  const grown = Buffer.concat([mp4.subarray(0, track), ...copies, mp4.subarray(track)])
  grown.writeUInt32BE(mp4.readUInt32BE(index) + count * bytes.length, index)
  return grown
}

/** A few kilobytes that unpack to one picture of `sidePx` squared: a PNG in an MKV, which shows it for a second. */
export async function pictureBomb(directory: string, sidePx: number): Promise<Buffer> {
  const chunk = (type: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(body.length)
    const named = Buffer.concat([Buffer.from(type), body])
    const tail = Buffer.alloc(4)
    tail.writeUInt32BE(crc32(named))
    return Buffer.concat([head, named, tail])
  }
  const size = Buffer.alloc(13)
  size.writeUInt32BE(sidePx, 0)
  size.writeUInt32BE(sidePx, 4)
  size.writeUInt8(1, 8) // One bit per pixel, shades of grey.
  const rows = deflateSync(Buffer.alloc((1 + Math.ceil(sidePx / 8)) * sidePx))
  const chunks = [chunk('IHDR', size), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]
  const picture = join(directory, `bomb-${sidePx}.png`)
  await writeFile(picture, Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]))
  const film = join(directory, `bomb-${sidePx}`)
  await runFfmpeg(['-loop', '1', '-framerate', '5', '-t', '1', '-i', picture, '-c', 'copy', '-f', 'matroska', film])
  return readFile(film)
}

/** A QuickTime film whose index is compressed (`cmov`), says that it unpacks to 3 GiB, and begins to do so. */
function indexBomb(): Buffer {
  const promised = uint32(3 * 1024 ** 3)
  const packed = deflateSync(Buffer.alloc(64 * 1024 * 1024))
  const index = boxOf('cmov', boxOf('dcom', Buffer.from('zlib')), boxOf('cmvd', promised, packed))
  return Buffer.concat([
    boxOf('ftyp', Buffer.from('qt  \0\0\0\0qt  ')),
    boxOf('moov', index),
    boxOf('mdat', noise(1000)),
  ])
}

const PARENTS = new Set(['moov', 'trak', 'mdia', 'minf', 'dinf'])

/** QuickTime's way to name other files, for every track; `mp4` has its index at the end, so that nothing else moves. */
function withForeignTracks(mp4: Buffer, path: string): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < mp4.length; at += mp4.readUInt32BE(at)) {
    const box = mp4.subarray(at, at + mp4.readUInt32BE(at))
    const type = box.toString('latin1', 4, 8)
    if (PARENTS.has(type)) parts.push(boxOf(type, withForeignTracks(box.subarray(8), path)))
    else parts.push(type === 'dref' ? boxOf('dref', box.subarray(8, 12), uint32(1), aliasTo(path)) : box)
  }
  return Buffer.concat(parts)
}

/** An alias record of Mac OS, version 2, as QuickTime File Format has it; with the absolute path as its only addition. */
function aliasTo(path: string): Buffer {
  const fixed = Buffer.alloc(150)
  fixed.writeUInt16BE(2, 6)
  fixed[10] = 1
  fixed.write('x', 11)
  fixed[50] = 6
  fixed.write('secret', 51)
  const name = Buffer.from(path)
  const addition = Buffer.alloc(4)
  addition.writeUInt16BE(2)
  addition.writeUInt16BE(name.length, 2)
  const padding = Buffer.alloc(name.length % 2)
  const end = Buffer.from('ffff0000', 'hex')
  return boxOf('alis', uint32(0), fixed, addition, name, padding, end)
}

function boxOf(type: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([uint32(8 + body.length), Buffer.from(type, 'latin1'), body])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Every so many bytes of its content one bit is another one; the first ones are spared, so that it looks like a film. */
export function withFlippedBits(film: Buffer, distance: number): Buffer {
  const broken = Buffer.from(film)
  for (let at = 64; at < broken.length; at += distance) broken[at] = (broken[at] ?? 0) ^ 0x40
  return broken
}

async function attachmentAlone(directory: string): Promise<Buffer> {
  const film = join(directory, 'attachment-only')
  const attached = ['-attach', join(directory, 'secret'), '-metadata:s:t', 'mimetype=application/x-truetype-font']
  const subtitle = await makeSubtitlesOnly(directory)
  await runFfmpeg(['-i', subtitle, ...attached, '-map', '0', '-c', 'copy', '-f', 'matroska', film])
  return readFile(film)
}

/** What stands at the beginning of a stream: tracks, and nothing in them. */
async function initSegment(directory: string): Promise<Buffer> {
  const fragmented = await readFile(await makeClip(directory, 'fragmented'))
  return fragmented.subarray(0, fragmented.indexOf('moof') - 4)
}
