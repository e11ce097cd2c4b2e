import { describe, expect, it } from 'vitest'
import { parseConcat } from './upload-concat.ts'

const A = 'A'.repeat(43)
const B = `${'B'.repeat(42)}_`

describe('Upload-Concat', () => {
  it.each([
    [`final;/tus/rdu_${A} /tus/rdu_${B}`, [A, B]],
    [`final;https://video.example/tus/rdu_${A}`, [A]],
    [`final; rdu_${A}   rdu_${A} `, [A, A]],
    [`final;https://proxy.example/deep/er/${A}?x=/y#z`, undefined],
    [`final;/tus/rdu_${A},/tus/rdu_${B}`, undefined],
    ['final;/tus/rdu_short', undefined],
    ['final;https://video.example/tus/', undefined],
    [`Final;/tus/rdu_${A}`, undefined],
    [`final /tus/rdu_${A}`, undefined],
    ['final;', undefined],
    ['', undefined],
  ])('%j names %j', (header, tokens) => {
    if (tokens === undefined) expect(() => parseConcat(header)).toThrow(/Upload-Concat/)
    else expect(parseConcat(header)).toEqual({ kind: 'final', header, tokens })
  })

  it('may be absent, or say that the upload is a part', () => {
    expect(parseConcat(undefined)).toBeUndefined()
    expect(parseConcat('partial')).toEqual({ kind: 'partial', header: 'partial' })
  })
})
