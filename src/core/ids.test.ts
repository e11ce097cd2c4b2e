import { expect, it } from 'vitest'
import { SystemRandom } from '../system/system-random.ts'
import { type EventId, idAfter, newId, parseId } from './ids.ts'

const random = new SystemRandom()

it('makes ids that sort by time and are recognised by their kind', () => {
  const ids = [0, 1, 31, 32, Date.UTC(2030, 0, 1), Date.UTC(9999, 0, 1)].map((nowMs) => newId('asset', nowMs, random))
  expect(ids.toSorted()).toEqual(ids)
  for (const id of ids) {
    expect(parseId('asset', id)).toBe(id)
    expect(parseId('upload', id)).toBeUndefined()
    expect(parseId('asset', `${id}0`)).toBeUndefined()
  }
})

it('makes the id that follows another one', () => {
  const head = 'evt_0000000000'
  const next = (tail: string): string => idAfter(`${head}${tail}` as EventId)
  expect(next('0000000000000000')).toBe(`${head}0000000000000001`)
  expect(next('0000000000000009')).toBe(`${head}000000000000000a`)
  expect(next('000000000000000h')).toBe(`${head}000000000000000j`)
  expect(next('00000000000000zz')).toBe(`${head}0000000000000100`)
  expect(next('azzzzzzzzzzzzzzz')).toBe(`${head}b000000000000000`)
})
