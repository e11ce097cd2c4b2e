import { describe, expect, it } from 'vitest'
import { measureBandwidth } from './bandwidth.ts'

const segment = (sizeBytes: number, durationMs = 4000) => ({ sizeBytes, durationMs })

describe('measureBandwidth', () => {
  it('averages over everything and takes the peak of one segment', () => {
    expect(measureBandwidth([segment(500_000), segment(1_000_000), segment(750_000)])).toEqual({
      average: 1_500_000,
      peak: 2_000_000,
    })
  })

  it('does not count a short last segment by itself, but together with its neighbour', () => {
    const { peak } = measureBandwidth([segment(500_000), segment(500_000), segment(400_000, 1000)])
    expect(peak).toBe((900_000 * 8) / 5)
  })

  it('takes the average of a clip that is too short for a peak', () => {
    expect(measureBandwidth([segment(1000, 33)])).toEqual({ average: 242_425, peak: 242_425 })
  })

  it('knows no rate without segments', () => {
    expect(measureBandwidth([])).toEqual({ average: 0, peak: 0 })
  })
})
