import { describe, expect, it } from 'vitest'
import { type AssetId, newId } from '../../../core/ids.ts'
import { SystemRandom } from '../../../system/system-random.ts'
import { assetIdOf, videoIdOf } from './video-id.ts'

describe('the vendor name of an asset', () => {
  it('has 32 hexadecimal digits and leads back to the asset', () => {
    const random = new SystemRandom()
    for (let i = 0; i < 200; i++) {
      const id = newId('asset', Date.UTC(2026, 0, 1) + i * 1e9, random)
      const videoId = videoIdOf(id)
      expect(videoId).toMatch(/^[0-9a-f]{32}$/)
      expect(assetIdOf(videoId)).toBe(id)
    }
  })

  it('is the number of its id', () => {
    expect(videoIdOf(`ast_${'0'.repeat(24)}1z` as AssetId)).toBe(`${'0'.repeat(30)}3f`)
  })

  it.each(['', 'x', 'g'.repeat(32), 'a'.repeat(33), 'A'.repeat(32)])('is none in "%s"', (text) => {
    expect(assetIdOf(text)).toBeUndefined()
  })
})
