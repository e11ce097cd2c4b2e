import { describe, expect, it } from 'vitest'
import { PacketScan, typicalRate } from './packet-scan.ts'

function scanOf(...lines: string[]): PacketScan {
  const scan = new PacketScan()
  for (const line of lines) scan.add(line)
  return scan
}

describe('PacketScan', () => {
  it('finds when each stream begins and ends, in any order of packets', () => {
    const scan = scanOf(
      '0,0.000000,-0.040000,0.040000,K__',
      '1,0.010000,0.010000,0.020000,K__',
      '0,0.080000,0.000000,0.040000,___',
      '0,0.040000,0.040000,0.040000,___',
    )
    expect(scan.streams.get(0)).toMatchObject({ packets: 3, firstSeconds: 0 })
    expect(scan.streams.get(0)?.endSeconds).toBeCloseTo(0.12)
    expect(scan.endSeconds).toBeCloseTo(0.12)
  })

  it('takes decoding times where there are no others', () => {
    expect(scanOf('0,N/A,1.500000,0.500000,K__').endSeconds).toBe(2)
  })

  it('counts a packet without a duration to its start', () => {
    expect(scanOf('0,1.500000,1.500000,N/A,K__').endSeconds).toBe(1.5)
  })

  it('leaves out packets that are to be discarded, and packets without any time', () => {
    const scan = scanOf('0,5.000000,5.000000,1.000000,KD_', '0,N/A,N/A,1.000000,K__')
    expect(scan.endSeconds).toBeUndefined()
    expect(scan.isEmpty).toBe(false)
  })

  it('reads lines that go on and passes over all others', () => {
    const scan = new PacketScan()
    expect(scan.add('0,1.000000,1.000000,1.000000,K__,')).toBe(true)
    expect(['', 'side data', '0'].map((line) => scan.add(line))).toEqual([false, false, false])
    expect(scan.endSeconds).toBe(2)
  })
})

describe('typicalRate', () => {
  const stream = (times: number[]) => ({ packets: times.length, firstSeconds: 0, endSeconds: 0, sample: times })

  it('is the pace while pictures move, whatever the pauses', () => {
    expect(typicalRate(stream([0, 0.04, 0.08, 1, 1.04, 1.08, 2]))).toBeCloseTo(25)
  })

  it('does not mind the order of decoding', () => {
    expect(typicalRate(stream([0, 0.16, 0.08, 0.04, 0.12]))).toBeCloseTo(25)
  })

  it('is unknown for too few pictures', () => {
    expect(typicalRate(stream([0, 0.04]))).toBeUndefined()
  })
})
