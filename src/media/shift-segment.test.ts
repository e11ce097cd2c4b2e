import { describe, expect, it } from 'vitest'
import { shiftSegment, timescaleOf } from './shift-segment.ts'

function box(type: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + body.length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}
const V0 = u32(0)
const V1 = u32(0x0100_0000)

function fragment(number: number, time: Buffer): Buffer {
  const header = box('mfhd', V0, u32(number))
  return Buffer.concat([box('moof', header, box('traf', box('tfhd', V0, u32(1)), time)), box('mdat', Buffer.from('x'))])
}

describe('a segment that is moved to its place', () => {
  it.each([
    ['64', V1, u64],
    ['32', V0, (value: bigint) => u32(Number(value))],
  ])('has the time of each fragment shifted, in %s bits, and their numbers counted on', (_, version, time) => {
    const at = (ticks: bigint) => box('tfdt', version, time(ticks))
    const segment = Buffer.concat([fragment(1, at(0n)), fragment(2, at(512n))])
    shiftSegment(segment, { ticks: 90_000n, sequenceNumber: 7 })
    expect(segment).toEqual(Buffer.concat([fragment(7, at(90_000n)), fragment(8, at(90_512n))]))
  })

  it('has the time of its index shifted, and nothing else of it', () => {
    const index = (version: Buffer, time: Buffer) => box('sidx', version, u32(1), u32(12_800), time, u32(99))
    const wide = Buffer.concat([index(V1, u64(5n)), fragment(1, box('tfdt', V1, u64(5n)))])
    shiftSegment(wide, { ticks: 2n ** 33n, sequenceNumber: 1 })
    expect(wide.subarray(0, 32)).toEqual(index(V1, u64(5n + 2n ** 33n)))
  })

  it('is an error when it holds no fragment, or one without a time', () => {
    expect(() => shiftSegment(box('mdat'), { ticks: 1n, sequenceNumber: 1 })).toThrow('no fragment')
    const untimed = box('moof', box('mfhd', V0, u32(1)), box('traf'))
    expect(() => shiftSegment(untimed, { ticks: 1n, sequenceNumber: 1 })).toThrow('neither its number nor its time')
  })
})

it.each([
  ['0', Buffer.concat([V0, u32(0), u32(0), u32(30_000)])],
  ['1', Buffer.concat([V1, u64(0n), u64(0n), u32(30_000)])],
])('the timescale stands in a media header of version %s', (_, header) => {
  expect(timescaleOf(box('moov', box('trak', box('mdia', box('mdhd', header)))))).toBe(30_000)
})
