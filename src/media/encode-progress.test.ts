import { describe, expect, it } from 'vitest'
import { EncodeProgress } from './encode-progress.ts'

describe('EncodeProgress', () => {
  it('follows the output time and calls only growth progress', () => {
    const progress = new EncodeProgress()
    const report = (line: string) => progress.add(line)
    expect(['frame=0', 'fps=0.00', 'out_time_us=N/A', 'progress=continue'].map(report)).toEqual([
      false,
      false,
      false,
      false,
    ])
    expect(['frame=10', 'out_time_us=333333'].map(report)).toEqual([true, true])
    expect(progress.outTimeMs).toBeCloseTo(333.333)
    expect(['frame=10', 'out_time_us=333333', 'out_time_us=-5', 'speed=1.5x', 'progress=end'].map(report)).toEqual(
      Array(5).fill(false),
    )
    expect(progress.outTimeMs).toBeCloseTo(333.333)
  })
})
