import { childBoxes, findBox, type Mp4Box } from './mp4-boxes.ts'

/** Where a segment stands in the whole. `ticks` is in the track's timescale. */
export type SegmentPlace = Readonly<{ ticks: bigint; sequenceNumber: number }>

/**
 * Moves a media segment, which was made as if the film began with its piece, to its place: the decode time of its
 * fragments (ISO/IEC 14496-12, 8.8.12), their numbers (8.8.5) and the time in its index (8.16.3) change in place,
 * nothing else does. Segments hold one track each. Throws an Error for one without fragments.
 */
export function shiftSegment(segment: Buffer, { ticks, sequenceNumber }: SegmentPlace): void {
  let fragments = 0
  for (const box of childBoxes(segment)) {
    if (box.type === 'sidx') addTime(segment, box.start, 12, ticks)
    if (box.type !== 'moof') continue
    const header = findBox(segment, ['mfhd'], box)
    const time = findBox(segment, ['traf', 'tfdt'], box)
    if (header === undefined || time === undefined) throw new Error('a fragment says neither its number nor its time')
    segment.writeUInt32BE(sequenceNumber + fragments, header.start + 4)
    addTime(segment, time.start, 4, ticks)
    fragments++
  }
  if (fragments === 0) throw new Error('the segment holds no fragment')
}

/** Full boxes say in their first byte whether times have 32 or 64 bits. */
function addTime(bytes: Buffer, boxStart: number, offset: number, ticks: bigint): void {
  const at = boxStart + offset
  if (bytes.readUInt8(boxStart) === 0) bytes.writeUInt32BE(Number(BigInt(bytes.readUInt32BE(at)) + ticks), at)
  else bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at) + ticks, at)
}

/** Ticks a second of the only track of an init segment (8.4.2). */
export function timescaleOf(init: Buffer): number {
  const header = findBox(init, ['moov', 'trak', 'mdia', 'mdhd'])
  if (header === undefined) throw new Error('the init segment has no media header')
  return init.readUInt32BE(header.start + timescaleOffset(init, header))
}

function timescaleOffset(init: Buffer, header: Mp4Box): number {
  return init.readUInt8(header.start) === 0 ? 12 : 20
}
