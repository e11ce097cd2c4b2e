import { describe, expect, it } from 'vitest'
import { SystemRandom } from '../../../system/system-random.ts'
import { newUploadFileKey } from './upload-file-key.ts'

describe('newUploadFileKey', () => {
  it('is the day in UTC and eight lower-case characters', () => {
    const beforeMidnight = Date.UTC(2026, 2, 1, 23, 59, 59, 999)
    expect(newUploadFileKey(beforeMidnight, new SystemRandom())).toMatch(/^20260301-[0-9a-z]{8}$/)
    expect(newUploadFileKey(beforeMidnight + 1, new SystemRandom())).toMatch(/^20260302-/)
  })

  it('gives every character the same chance', () => {
    const bytes = [255, 254, 253, 252, 0, 35, 36, 251]
    const random = { bytes: (count: number) => Uint8Array.from(bytes.slice(0, count)) }
    expect(newUploadFileKey(0, random)).toBe('19700101-0z0z0z0z')
  })
})
