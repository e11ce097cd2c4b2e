import { describe, expect, it } from 'vitest'
import { statesOfName, statesOfStage, TRANSCODING_STAGES } from './transcoding-stage.ts'

describe('a transcoding stage', () => {
  it('keeps clients asking exactly as long as something is under way', () => {
    const waiting = Object.entries(TRANSCODING_STAGES).filter(([, { number }]) => [0, 1, 12].includes(number))
    expect(waiting.map(([stage]) => stage)).toEqual(['waiting', 'uploading', 'publishing', 'probing', 'encoding'])
    expect(TRANSCODING_STAGES.ready).toEqual({ number: 21, name: 'done' })
    expect(TRANSCODING_STAGES.failed.name).toMatch(/error|fail/)
  })

  it('filters by number or by name, and nothing without one', () => {
    expect(statesOfStage('21')).toEqual(['ready'])
    expect(statesOfStage('12')).toEqual(['processing'])
    expect(statesOfName('Completed')).toEqual(['ready'])
    expect(statesOfStage(undefined)).toBeUndefined()
    expect(statesOfName(undefined)).toBeUndefined()
  })

  it.each(['7', 'done', '__proto__'])('refuses the filter %s, naming what there is', (text) => {
    expect(() => statesOfStage(text)).toThrow(/transcoding_stage must be one of 0, 1, 12, 21/)
    expect(() => statesOfName(text)).toThrow(/state must be one of completed/)
  })
})
