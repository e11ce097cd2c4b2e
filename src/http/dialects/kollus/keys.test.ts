import { describe, expect, it } from 'vitest'
import { newId } from '../../../core/ids.ts'
import { SystemRandom } from '../../../system/system-random.ts'
import { assetIdOf, categoryIdOf, categoryKey, channelIdOf, channelKey, derivedUploadFileKey } from './keys.ts'

const random = new SystemRandom()
const AT_MS = Date.UTC(2026, 2, 1, 23, 59)

describe('a key', () => {
  it('of a category or a channel has letters and digits alone, and leads back', () => {
    const category = newId('category', AT_MS, random)
    const channel = newId('channel', AT_MS, random)
    expect(categoryKey(category)).toMatch(/^[0-9a-z]{26}$/)
    expect(categoryIdOf(categoryKey(category))).toBe(category)
    expect(channelIdOf(channelKey(channel))).toBe(channel)
  })

  it('of an asset that no client of the dialect uploaded has the form of one that was, and leads back', () => {
    const asset = newId('asset', AT_MS, random)
    expect(derivedUploadFileKey(asset)).toMatch(/^20260301-[0-9a-z]{26}$/)
    expect(assetIdOf(derivedUploadFileKey(asset))).toBe(asset)
  })

  it.each(['', 'none', '20260301-k3v9x2ab', '../x', 'cat_1'])('that is %j names nothing of ours', (key) => {
    expect(assetIdOf(key)).toBeUndefined()
    expect(categoryIdOf(key)).toBeUndefined()
    expect(channelIdOf(key)).toBeUndefined()
  })
})
