/**
 * Says from the first bytes what a file is, before any demuxer sees it. Only what is recognised here reaches ffmpeg,
 * and only with the demuxers of that kind: neither a name nor ffmpeg's own guessing decides which code reads a
 * stranger's file.
 */

/** How many bytes from the start of the file `sniffContainer` wants to see (fewer when the file is shorter). */
export const SNIFF_BYTES = 64 * 1024

export const CONTAINER_KINDS = [
  'mp4',
  'matroska',
  'avi',
  'mpegts',
  'mpeg-ps',
  'flv',
  'asf',
  'ogg',
  'wav',
  'mp3',
  'aac',
  'flac',
  'mxf',
] as const

export type ContainerKind = (typeof CONTAINER_KINDS)[number]

export type Sniffed =
  | Readonly<{ verdict: 'container'; kind: ContainerKind; brand: string | undefined }>
  /** Media, or a list of media, that we do not take. `what` completes "The file is …". */
  | Readonly<{ verdict: 'not_allowed'; what: string }>
  | Readonly<{ verdict: 'not_media'; what: string }>

/** The demuxers that may open each kind, as for ffmpeg's `-format_whitelist`. */
export const DEMUXERS: Record<ContainerKind, string> = {
  mp4: 'mov,mp4,m4a,3gp,3g2,mj2',
  matroska: 'matroska,webm',
  avi: 'avi',
  mpegts: 'mpegts',
  'mpeg-ps': 'mpeg',
  flv: 'flv',
  asf: 'asf',
  ogg: 'ogg',
  wav: 'wav',
  // An ID3 tag may stand before either, so the two share their list.
  mp3: 'mp3,aac',
  aac: 'mp3,aac',
  flac: 'flac',
  mxf: 'mxf',
}

/** `head` holds the first SNIFF_BYTES of the file, or all of it, and is not empty. */
export function sniffContainer(head: Buffer): Sniffed {
  return sniffList(head) ?? sniffMedia(head) ?? sniffForeign(head) ?? unknown(head)
}

const notAllowed = (what: string): Sniffed => ({ verdict: 'not_allowed', what })
const notMedia = (what: string): Sniffed => ({ verdict: 'not_media', what })
const container = (kind: ContainerKind, brand?: string): Sniffed => ({ verdict: 'container', kind, brand })

/** Text that ffmpeg would read as an order to open other files. */
const LISTS: readonly [pattern: RegExp, what: string][] = [
  [/^#EXTM3U/i, 'an HLS or M3U playlist'],
  [/^ffconcat\b/i, 'a list of other files (ffconcat)'],
  [/^v=0\r?\n[a-z]=/i, 'a session description (SDP)'],
  [
    /^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(MPD|SmoothStreamingMedia|smil|asx|playlist)[\s>]/i,
    'a streaming manifest',
  ],
  [/^\[(playlist|reference)\]/i, 'a playlist'],
]

function sniffList(head: Buffer): Sniffed | undefined {
  const text = head.toString('latin1', 0, 4096).replace(/^(\u00ef\u00bb\u00bf)?\s*/, '')
  const found = LISTS.find(([pattern]) => pattern.test(text))
  return found === undefined ? undefined : notAllowed(found[1])
}

const EBML = Buffer.from('1a45dfa3', 'hex')
const ASF = Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex')
const MXF = Buffer.from('060e2b34020501010d010201', 'hex')
/** MXF allows other bytes before its header, up to this many. */
const MXF_RUN_IN_BYTES = 65_536
const PACK_START = Buffer.from('000001ba', 'hex')

function sniffMedia(head: Buffer): Sniffed | undefined {
  const tag = (offset: number, length = 4) => head.toString('latin1', offset, offset + length)
  if (startsLikeMp4(head)) return sniffMp4(head)
  if (head.subarray(0, 4).equals(EBML)) return container('matroska', ebmlDocType(head))
  if (tag(0) === 'RIFF' || tag(0) === 'RF64') {
    if (tag(8) === 'AVI ' || tag(8) === 'AVIX') return container('avi')
    if (tag(8) === 'WAVE') return container('wav')
    return notAllowed(tag(8) === 'WEBP' ? 'a picture (WebP)' : 'of an unusual RIFF form')
  }
  if (tag(0) === 'OggS') return container('ogg')
  if (tag(0) === 'fLaC') return container('flac')
  if (tag(0, 3) === 'FLV') return container('flv')
  if (head.subarray(0, 16).equals(ASF)) return container('asf')
  if (head.subarray(0, 4).equals(PACK_START)) return container('mpeg-ps')
  if (isTransportStream(head)) return container('mpegts')
  if (tag(0, 3) === 'ID3') return container('mp3')
  const frame = audioFrameKind(head)
  if (frame !== undefined) return container(frame)
  const mxf = head.indexOf(MXF)
  return mxf >= 0 && mxf < MXF_RUN_IN_BYTES ? container('mxf') : undefined
}

const MP4_FIRST_BOXES = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'styp'])
const PICTURE_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'mif1', 'avif', 'avis', 'jxl ', 'crx '])

function startsLikeMp4(head: Buffer): boolean {
  if (head.length < 8 || !MP4_FIRST_BOXES.has(head.toString('latin1', 4, 8))) return false
  const size = head.readUInt32BE(0)
  return size >= 8 || size === 1 || size === 0
}

function sniffMp4(head: Buffer): Sniffed {
  const brand =
    head.toString('latin1', 4, 8) === 'ftyp' && head.length >= 12 ? head.toString('latin1', 8, 12) : undefined
  if (brand !== undefined && PICTURE_BRANDS.has(brand)) return notAllowed('a picture (HEIF)')
  return container('mp4', brand)
}

/** `webm` or `matroska`: the DocType element, which stands near the start of every EBML header. */
function ebmlDocType(head: Buffer): string | undefined {
  const at = head.subarray(0, 128).indexOf(Buffer.from([0x42, 0x82]))
  if (at < 0) return undefined
  const length = (head[at + 2] ?? 0x80) & 0x7f
  return head.toString('latin1', at + 3, at + 3 + Math.min(length, 16))
}

/** Packets of 188 bytes, bare or with a time stamp (192) or parity (204), five sync bytes in a row. */
function isTransportStream(head: Buffer): boolean {
  for (const packetBytes of [188, 192, 204]) {
    for (let start = 0; start < packetBytes && start + 4 * packetBytes < head.length; start++) {
      if ([0, 1, 2, 3, 4].every((n) => head[start + n * packetBytes] === 0x47)) return true
    }
  }
  return false
}

/** MPEG audio and ADTS have no file header; two frames that follow each other tell them from noise. */
function audioFrameKind(head: Buffer): 'mp3' | 'aac' | undefined {
  const adts = adtsFrameBytes(head, 0)
  if (adts !== undefined && adtsFrameBytes(head, adts) !== undefined) return 'aac'
  const mpeg = mpegFrameBytes(head, 0)
  if (mpeg !== undefined && mpegFrameBytes(head, mpeg) !== undefined) return 'mp3'
  return undefined
}

function adtsFrameBytes(head: Buffer, at: number): number | undefined {
  if (at + 7 > head.length || head[at] !== 0xff || ((head[at + 1] ?? 0) & 0xf6) !== 0xf0) return undefined
  const length = (head.readUIntBE(at + 3, 3) >> 5) & 0x1fff
  return length >= 7 ? at + length : undefined
}

// Kilobits per second by index, for MPEG-1 layers I, II, III and MPEG-2 layers I and II/III (ISO/IEC 11172-3, 13818-3).
const MPEG1_BIT_RATES = [
  [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
]
const MPEG2_LAYER1_BIT_RATES = [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256]
const MPEG2_BIT_RATES = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
const MPEG1_SAMPLE_RATES = [44_100, 48_000, 32_000]

/** The offset just past the MPEG audio frame at `at`; undefined when there is none. */
function mpegFrameBytes(head: Buffer, at: number): number | undefined {
  if (at + 4 > head.length) return undefined
  const word = head.readUInt32BE(at)
  if (word >>> 21 !== 0x7ff) return undefined
  const version = (word >>> 19) & 3 // 0: MPEG-2.5, 2: MPEG-2, 3: MPEG-1
  const layer = 4 - ((word >>> 17) & 3)
  const rateIndex = (word >>> 12) & 15
  const sampleRate = MPEG1_SAMPLE_RATES[(word >>> 10) & 3]
  if (version === 1 || layer === 4 || rateIndex === 0 || rateIndex === 15 || sampleRate === undefined) return undefined
  const rates = version === 3 ? MPEG1_BIT_RATES[layer - 1] : layer === 1 ? MPEG2_LAYER1_BIT_RATES : MPEG2_BIT_RATES
  const bitRate = (rates?.[rateIndex - 1] ?? 0) * 1000
  const sampleRateHz = sampleRate >> (version === 3 ? 0 : version === 2 ? 1 : 2)
  const padding = (word >>> 9) & 1
  if (layer === 1) return at + (Math.floor((12 * bitRate) / sampleRateHz) + padding) * 4
  const samplesPerByte = layer === 3 && version !== 3 ? 72 : 144
  return at + Math.floor((samplesPerByte * bitRate) / sampleRateHz) + padding
}

const FOREIGN: readonly [magic: string, verdict: Sniffed][] = [
  ['\x89PNG\r\n', notAllowed('a picture (PNG)')],
  ['\xff\xd8\xff', notAllowed('a picture (JPEG)')],
  ['GIF8', notAllowed('a picture (GIF)')],
  ['II*\0', notAllowed('a picture (TIFF)')],
  ['MM\0*', notAllowed('a picture (TIFF)')],
  ['BM', notAllowed('a picture (BMP)')],
  ['.RMF', notAllowed('a RealMedia file')],
  ['%PDF', notMedia('a PDF document')],
  ['PK\x03\x04', notMedia('a ZIP archive or an office document')],
  ['PK\x05\x06', notMedia('a ZIP archive')],
  ['Rar!', notMedia('a RAR archive')],
  ['7z\xbc\xaf\x27\x1c', notMedia('a 7-Zip archive')],
  ['\x1f\x8b', notMedia('a compressed file (gzip)')],
  ['BZh', notMedia('a compressed file (bzip2)')],
  ['\xfd7zXZ', notMedia('a compressed file (xz)')],
  ['\x28\xb5\x2f\xfd', notMedia('a compressed file (zstd)')],
  ['\x7fELF', notMedia('a program')],
  ['MZ', notMedia('a program')],
]

function sniffForeign(head: Buffer): Sniffed | undefined {
  const start = head.toString('latin1', 0, 16)
  // Two letters also start many a sentence.
  return FOREIGN.find(([magic]) => start.startsWith(magic) && (magic.length > 2 || !isText(head)))?.[1]
}

function unknown(head: Buffer): Sniffed {
  return notMedia(isText(head) ? 'a text' : 'of no form we know')
}

function isText(head: Buffer): boolean {
  return head.subarray(0, 1024).every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d)
}
