import { expect, it } from 'vitest'
import { newId } from '../../../../core/ids.ts'
import { SystemRandom } from '../../../../system/system-random.ts'
import { tokenIdOf, uploadIdOf } from './token-id.ts'

it('names an upload in the vendor’s form and finds it again', () => {
  const random = new SystemRandom()
  for (const nowMs of [0, 1_700_000_000_000, 2 ** 48 - 1]) {
    const id = newId('upload', nowMs, random)
    expect(tokenIdOf(id)).toMatch(/^0_[0-9a-f]{32}$/)
    expect(uploadIdOf(tokenIdOf(id))).toBe(id)
  }
})

it.each([
  '',
  '0_',
  'upl_00000000000000000000000000',
  `0_${'f'.repeat(31)}`,
  `0_${'g'.repeat(32)}`,
  `0_${'F'.repeat(32)}`,
])('knows no upload by the name %j', (text) => {
  expect(uploadIdOf(text)).toBeUndefined()
})
