import { describe, expect, it } from 'vitest'
import { newId } from '../../../../core/ids.ts'
import { SystemRandom } from '../../../../system/system-random.ts'
import type { Generation } from '../errors.ts'
import { categoryKey } from '../keys.ts'
import { readContentFilter } from './content-filter.ts'

const category = newId('category', Date.UTC(2026, 2, 1), new SystemRandom())
const read = (text: string, generation: Generation = 'v3') =>
  JSON.parse(JSON.stringify(readContentFilter(new Map(new URLSearchParams(text)), generation))) as unknown

describe('a list', () => {
  it.each([
    ['', {}],
    [`category_key=${categoryKey(category)}`, { categoryIds: [category] }],
    ['category_key=none', { isUncategorised: true }],
    ['category_key=somebody-elses', { categoryIds: [] }],
    ['keyword=강의', { keyword: '강의' }],
    ['state=completed', { states: ['ready'] }],
    ['active=0', { isEnabled: false }],
    ['is_enabled=true', { isEnabled: true }],
    [
      'start_date=2026-03-01&end_date=20260302',
      { createdFromMs: Date.UTC(2026, 2, 1), createdBeforeMs: Date.UTC(2026, 2, 3) },
    ],
  ])('of "%s" is narrowed', (text, filter) => {
    expect(read(text)).toEqual(filter)
  })

  it('of v0 is narrowed by the number of a stage', () => {
    expect(read('transcoding_stage=21', 'v0')).toEqual({ states: ['ready'] })
    expect(read('state=nonsense', 'v0')).toEqual({})
  })

  it.each(['start_date=yesterday', 'end_date=2026-13-01', 'active=maybe', 'state=nonsense'])('refuses %s', (text) => {
    expect(() => read(text)).toThrow(/must be/)
  })
})
