import { childBoxes, findBox, type Mp4Box } from './mp4-boxes.ts'

/** Bytes of a sample entry before its child boxes (ISO/IEC 14496-12, 12.1.3 and 12.2.3). */
const VISUAL_ENTRY_BYTES = 78
const AUDIO_ENTRY_BYTES = 28
/** Bytes of an `stsd` box before its first entry: version, flags, entry count. */
const STSD_HEADER_BYTES = 8

/**
 * The CODECS value (RFC 6381) of an init segment, read from its decoder configurations: `avc1.64001f,mp4a.40.2`.
 * Video comes first. Throws an Error when the segment holds anything but H.264,
 * HEVC, AV1, VP9 and MPEG-4 audio.
 */
export function codecString(init: Buffer): string {
  const moov = findBox(init, ['moov'])
  if (moov === undefined) throw new Error('the init segment has no moov box')
  const names: string[] = []
  for (const track of childBoxes(init, moov.start, moov.end)) {
    if (track.type !== 'trak') continue
    const stsd = findBox(init, ['mdia', 'minf', 'stbl', 'stsd'], track)
    if (stsd === undefined) throw new Error('a track of the init segment has no sample description')
    for (const entry of childBoxes(init, stsd.start + STSD_HEADER_BYTES, stsd.end)) names.push(entryCodec(init, entry))
  }
  return names.sort((a, b) => Number(a.startsWith('mp4a')) - Number(b.startsWith('mp4a'))).join(',')
}

function entryCodec(init: Buffer, entry: Mp4Box): string {
  if (entry.type === 'avc1' || entry.type === 'avc3') {
    const config = findBox(init, ['avcC'], { ...entry, start: entry.start + VISUAL_ENTRY_BYTES })
    if (config !== undefined) return `${entry.type}.${init.toString('hex', config.start + 1, config.start + 4)}`
  }
  if (entry.type === 'mp4a') {
    const esds = findBox(init, ['esds'], { ...entry, start: entry.start + AUDIO_ENTRY_BYTES })
    if (esds !== undefined) return audioCodec(init.subarray(esds.start + 4, esds.end))
  }
  if (entry.type === 'hvc1' || entry.type === 'hev1') {
    const config = findBox(init, ['hvcC'], { ...entry, start: entry.start + VISUAL_ENTRY_BYTES })
    if (config !== undefined) return `${entry.type}.${hevcProfile(init.subarray(config.start, config.end))}`
  }
  if (entry.type === 'av01') {
    const config = findBox(init, ['av1C'], { ...entry, start: entry.start + VISUAL_ENTRY_BYTES })
    if (config !== undefined) return `av01.${av1Profile(init.subarray(config.start, config.end))}`
  }
  if (entry.type === 'vp09') {
    const config = findBox(init, ['vpcC'], { ...entry, start: entry.start + VISUAL_ENTRY_BYTES })
    if (config !== undefined) return `vp09.${vp9Profile(init.subarray(config.start, config.end))}`
  }
  throw new Error(`no codec name for sample entry ${entry.type}`)
}

/** ISO/IEC 14496-15, annex E: profile, compatibility (bits reversed), tier and level, constraints without zeros. */
function hevcProfile(config: Buffer): string {
  const first = config.readUInt8(1)
  const space = ['', 'A', 'B', 'C'][first >> 6]
  let compatibility = 0
  const flags = config.readUInt32BE(2)
  for (let bit = 0; bit < 32; bit++) if ((flags >>> bit) & 1) compatibility += 2 ** (31 - bit)
  const constraints = [...config.subarray(6, 12)]
  while (constraints.length > 0 && constraints.at(-1) === 0) constraints.pop()
  const level = `${(first >> 5) & 1 ? 'H' : 'L'}${config.readUInt8(12)}`
  const parts = [`${space}${first & 31}`, compatibility.toString(16).toUpperCase(), level]
  return [...parts, ...constraints.map((byte) => byte.toString(16).toUpperCase())].join('.')
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')

/** AV1 in ISO base media, section 5: profile, level with tier, bit depth. */
function av1Profile(config: Buffer): string {
  const profile = config.readUInt8(1) >> 5
  const level = config.readUInt8(1) & 31
  const flags = config.readUInt8(2)
  const depth = (flags >> 6) & 1 ? ((flags >> 5) & 1 ? 12 : 10) : 8
  return `${profile}.${twoDigits(level)}${flags >> 7 ? 'H' : 'M'}.${twoDigits(depth)}`
}

/** VP codec configuration, after its version and flags: profile, level, bit depth. */
function vp9Profile(config: Buffer): string {
  return [config.readUInt8(4), config.readUInt8(5), config.readUInt8(6) >> 4].map(twoDigits).join('.')
}

// Tags of ISO/IEC 14496-1, 7.2.2.1.
const ES_DESCRIPTOR = 3
const DECODER_CONFIG = 4
const DECODER_SPECIFIC = 5
const MPEG4_AUDIO = 0x40

/** `mp4a.40.<object type>` from an elementary stream descriptor. */
function audioCodec(bytes: Buffer): string {
  const es = descriptor(bytes, ES_DESCRIPTOR)
  if (es === undefined) throw new Error('the audio track has no stream descriptor')
  const flags = es[2] ?? 0
  let at = 3
  if ((flags & 0x80) !== 0) at += 2
  if ((flags & 0x40) !== 0) at += 1 + (es[at] ?? 0)
  if ((flags & 0x20) !== 0) at += 2
  const config = descriptor(es.subarray(at), DECODER_CONFIG)
  const objectType = config?.[0]
  if (config === undefined || objectType !== MPEG4_AUDIO) throw new Error('the audio track is not MPEG-4 audio')
  const specific = descriptor(config.subarray(13), DECODER_SPECIFIC)
  if (specific === undefined || specific.length < 2) throw new Error('the audio track has no decoder configuration')
  const first = specific.readUInt16BE(0)
  const audioObjectType = first >> 11 === 31 ? 32 + ((first >> 5) & 63) : first >> 11
  return `mp4a.40.${audioObjectType}`
}

/** The payload of the descriptor at the start of `bytes`, if it carries `tag`. Its length takes seven bits a byte. */
function descriptor(bytes: Buffer, tag: number): Buffer | undefined {
  if (bytes[0] !== tag) return undefined
  let length = 0
  for (let at = 1; at <= 4; at++) {
    const byte = bytes[at]
    if (byte === undefined) return undefined
    length = (length << 7) | (byte & 0x7f)
    if ((byte & 0x80) === 0) return bytes.subarray(at + 1, at + 1 + length)
  }
  return undefined
}
