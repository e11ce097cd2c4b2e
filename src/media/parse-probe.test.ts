import { describe, expect, it } from 'vitest'
import { parseProbe } from './parse-probe.ts'

const stream = (json: object) => {
  const answer = parseProbe(JSON.stringify({ streams: [json], format: { format_name: 'mov', nb_streams: 1 } }))
  return answer?.kind === 'described' ? answer.probed.streams[0] : undefined
}

describe('parseProbe', () => {
  it('turns strings into numbers and fractions into rates', () => {
    const parsed = stream({
      index: 3,
      codec_type: 'video',
      codec_name: 'h264',
      width: 720,
      height: 576,
      sample_aspect_ratio: '16:15',
      r_frame_rate: '25/1',
      avg_frame_rate: '30000/1001',
      start_time: '0.080000',
      duration: '10.500000',
      bit_rate: '1200000',
      disposition: { default: 1, attached_pic: 0 },
      tags: { language: 'kor' },
      side_data_list: [{ side_data_type: 'other' }, { rotation: -90 }],
    })
    expect(parsed).toMatchObject({ index: 3, width: 720, nominalRate: 25, averageRate: 30_000 / 1001, rotation: -90 })
    expect(parsed).toMatchObject({ startSeconds: 0.08, durationSeconds: 10.5, bitRate: 1_200_000, language: 'kor' })
    expect(parsed).toMatchObject({ isDefault: true, isAttachedPicture: false })
    expect(parsed?.pixelAspect).toBeCloseTo(16 / 15)
  })

  it('takes what is missing, unknown or not a number for undefined', () => {
    const parsed = stream({
      codec_name: 'unknown',
      duration: 'N/A',
      bit_rate: 'nan',
      r_frame_rate: '0/0',
      sample_aspect_ratio: '0:1',
      tags: { language: 'und' },
    })
    expect(parsed).toMatchObject({ index: 0, pixelAspect: 1, isDefault: false })
    for (const name of ['codec', 'durationSeconds', 'bitRate', 'nominalRate', 'language', 'rotation'] as const) {
      expect(parsed?.[name], name).toBeUndefined()
    }
  })

  it("reads Matroska's tag where a stream has no duration of its own", () => {
    expect(stream({ tags: { DURATION: '01:02:03.500000000' } })?.durationSeconds).toBe(3723.5)
  })

  it('gives back an error by its number', () => {
    expect(parseProbe('{"error": {"code": -1094995529, "string": "Invalid data"}}')).toEqual({
      kind: 'error',
      code: -1094995529,
    })
  })

  it.each(['', '{', '[]', 'null', '{"streams": 1, "format": {}}'])('does not understand %j', (json) => {
    expect(parseProbe(json)).toBeUndefined()
  })
})
