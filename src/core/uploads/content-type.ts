/** How much of a file's beginning is looked at. */
export const HEAD_BYTES = 4_096

/** What a file is that begins like nothing we know. */
const UNKNOWN_TYPE = 'application/octet-stream'

/**
 * The content type of a file that begins with `head` (more than HEAD_BYTES are not looked at). While more bytes are to
 * come (`isWhole` false) the answer is undefined unless no further byte could change it. Forms are told apart, not
 * checked: a file that begins like a film may still be none.
 */
export function sniffContentType(head: Uint8Array, isWhole: boolean): string | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES))
  const known = bySignature(bytes)
  if (known !== undefined) return known
  if (!isWhole && bytes.length < HEAD_BYTES) return undefined
  return transportStream(bytes) ?? rawAudio(bytes) ?? asText(bytes) ?? UNKNOWN_TYPE
}

/** `type/subtype`, or `type/*` for all of a kind; lower case. */
export const TYPE_PATTERN = /^[a-z]+\/(\*|[a-z0-9][a-z0-9.+-]*)$/

/** Whether `type` is one of `allowed`; all are when there are none. */
export function isTypeAllowed(type: string, allowed: readonly string[]): boolean {
  if (allowed.length === 0) return true
  return allowed.some((pattern) =>
    pattern.endsWith('/*') ? type.startsWith(pattern.slice(0, -1)) : type === (SAME_AS[pattern] ?? pattern),
  )
}

/** Names in use for what is called differently here. */
const SAME_AS: Readonly<Record<string, string>> = {
  'video/avi': 'video/x-msvideo',
  'video/vnd.avi': 'video/x-msvideo',
  'video/x-m4v': 'video/mp4',
  'video/matroska': 'video/x-matroska',
  'video/asf': 'video/x-ms-asf',
  'video/x-ms-wmv': 'video/x-ms-asf',
  'application/vnd.ms-asf': 'video/x-ms-asf',
  'video/mpeg2': 'video/mpeg',
  'video/mp2p': 'video/mpeg',
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
  'audio/aacp': 'audio/aac',
  'application/mxf': 'video/mxf',
  'image/jpg': 'image/jpeg',
}

const SIGNATURES: readonly (readonly [magic: string, type: string])[] = [
  ['fLaC', 'audio/flac'],
  ['ID3', 'audio/mpeg'],
  ['FLV\x01', 'video/x-flv'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c', 'video/x-ms-asf'],
  ['\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01', 'video/mxf'],
  ['\x00\x00\x01\xba', 'video/mpeg'],
  ['\x00\x00\x01\xb3', 'video/mpeg'],
  ['%PDF-', 'application/pdf'],
  ['PK\x03\x04', 'application/zip'],
  ['PK\x05\x06', 'application/zip'],
  ['Rar!\x1a\x07', 'application/vnd.rar'],
  ['7z\xbc\xaf\x27\x1c', 'application/x-7z-compressed'],
  ['\x1f\x8b', 'application/gzip'],
  ['BZh', 'application/x-bzip2'],
  ['\xfd7zXZ\x00', 'application/x-xz'],
  ['\x28\xb5\x2f\xfd', 'application/zstd'],
  ['\x7fELF', 'application/x-executable'],
  ['MZ\x90\x00', 'application/vnd.microsoft.portable-executable'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['II*\x00', 'image/tiff'],
  ['MM\x00*', 'image/tiff'],
]

/** What a few bytes at fixed places tell for certain. */
function bySignature(head: Buffer): string | undefined {
  const start = head.toString('latin1', 0, 16)
  const found = SIGNATURES.find(([magic]) => start.startsWith(magic))
  if (found !== undefined) return found[1]
  return isoMedia(head) ?? matroska(head) ?? riff(head) ?? ogg(head)
}

const BOXES_AT_START = new Set(['moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'styp'])
const LARGEST_FIRST_BOX = 0x0fff_ffff
const TYPE_BY_BRAND: Readonly<Record<string, string>> = {
  'qt  ': 'video/quicktime',
  'M4A ': 'audio/mp4',
  'M4B ': 'audio/mp4',
  'F4A ': 'audio/mp4',
  heic: 'image/heic',
  heix: 'image/heic',
  heim: 'image/heic',
  heis: 'image/heic',
  mif1: 'image/heif',
  avif: 'image/avif',
  avis: 'image/avif',
  'crx ': 'image/x-canon-cr3',
}

function isoMedia(head: Buffer): string | undefined {
  if (head.length < 12) return undefined
  const box = head.toString('latin1', 4, 8)
  const sizeBytes = head.readUInt32BE(0)
  // Only the media itself may be large; a sentence can have a box's name in its fifth place.
  if ((sizeBytes > 1 && sizeBytes < 8) || (box !== 'mdat' && sizeBytes > LARGEST_FIRST_BOX)) return undefined
  if (box !== 'ftyp') return BOXES_AT_START.has(box) ? 'video/quicktime' : undefined
  const brand = head.toString('latin1', 8, 12)
  if (/^3g[2-9a-z]/.test(brand)) return brand.startsWith('3g2') ? 'video/3gpp2' : 'video/3gpp'
  return TYPE_BY_BRAND[brand] ?? 'video/mp4'
}

/** The DocType element stands near the start of every EBML header, whose own size comes first. */
function matroska(head: Buffer): string | undefined {
  if (head.length < 5 || head.readUInt32BE(0) !== 0x1a45dfa3) return undefined
  const at = head.subarray(0, 128).indexOf(Buffer.from([0x42, 0x82]))
  if (at < 0) return head.length < 128 ? undefined : 'video/x-matroska'
  const lengthBytes = (head[at + 2] ?? 0x80) & 0x7f
  if (head.length < at + 3 + lengthBytes) return undefined
  return head.toString('latin1', at + 3, at + 3 + lengthBytes).startsWith('webm') ? 'video/webm' : 'video/x-matroska'
}

const TYPE_BY_RIFF: Readonly<Record<string, string>> = {
  'AVI ': 'video/x-msvideo',
  AVIX: 'video/x-msvideo',
  WAVE: 'audio/wav',
  WEBP: 'image/webp',
}

function riff(head: Buffer): string | undefined {
  if (head.length < 12 || !['RIFF', 'RF64'].includes(head.toString('latin1', 0, 4))) return undefined
  return TYPE_BY_RIFF[head.toString('latin1', 8, 12)] ?? UNKNOWN_TYPE
}

/** Each stream of an Ogg file begins with a page of its own; a video stream's comes first (RFC 5334). */
function ogg(head: Buffer): string | undefined {
  if (head.toString('latin1', 0, 4) !== 'OggS' || head.length < 28) return undefined
  const firstPacket = 27 + (head[26] ?? 0)
  if (head.length < firstPacket + 8) return undefined
  const codec = head.toString('latin1', firstPacket, firstPacket + 8)
  if (codec.startsWith('\x80theora') || codec.startsWith('BBCD') || codec.startsWith('\x01video')) return 'video/ogg'
  // A skeleton describes streams that come later; most often there is a film among them.
  return codec.startsWith('fishead') ? 'video/ogg' : 'audio/ogg'
}

/** Packets of 188 bytes, bare, with a time stamp (192) or with parity (204), five sync bytes in a row. */
function transportStream(head: Buffer): string | undefined {
  for (const packetBytes of [188, 192, 204]) {
    for (let start = 0; start < packetBytes && start + 4 * packetBytes < head.length; start++) {
      if ([0, 1, 2, 3, 4].every((n) => head[start + n * packetBytes] === 0x47)) return 'video/mp2t'
    }
  }
  return undefined
}

/** ADTS and MPEG audio have no header of the file; one of the frame is eleven or twelve set bits and sane fields. */
function rawAudio(head: Buffer): string | undefined {
  if (head.length < 8 || head[0] !== 0xff) return undefined
  const second = head[1] ?? 0
  const third = head[2] ?? 0
  if ((second & 0xf6) === 0xf0) {
    const frameBytes = (head.readUIntBE(3, 3) >> 5) & 0x1fff
    const isFollowed = frameBytes + 1 >= head.length || head.readUInt16BE(frameBytes) >> 4 === 0xfff
    return frameBytes >= 7 && ((third >> 2) & 15) < 13 && isFollowed ? 'audio/aac' : undefined
  }
  const isMpeg = (second & 0xe0) === 0xe0 && (second & 0x18) !== 0x08 && (second & 0x06) !== 0
  return isMpeg && third >> 4 !== 0 && third >> 4 !== 15 && (third & 0x0c) !== 0x0c ? 'audio/mpeg' : undefined
}

function asText(head: Buffer): string | undefined {
  if (head.length === 0) return undefined
  if (!isText(head)) return undefined
  const start = head
    .toString('latin1', 0, 1_024)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
    .toLowerCase()
  if (/^(<!doctype html|<html|<head|<body|<script)/.test(start)) return 'text/html'
  if (/^<svg[\s>]/.test(start) || (start.startsWith('<?xml') && start.includes('<svg'))) return 'image/svg+xml'
  if (start.startsWith('<?xml')) return 'application/xml'
  return start.startsWith('#extm3u') ? 'application/vnd.apple.mpegurl' : 'text/plain'
}

/** UTF-8, perhaps cut off in a character, without the control characters that no text has. */
function isText(head: Buffer): boolean {
  if (!head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b)) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return true
  } catch {
    return false
  }
}
