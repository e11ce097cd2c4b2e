import { describe, expect, it } from 'vitest'
import { sampleAsset } from '../api/sample-asset.ts'
import type { Asset, AssetStage } from '../api/schema.ts'
import { describeUpload } from './describe-upload.ts'
import { type RateEstimate, startRate } from './rate-estimator.ts'
import { newUploadItem, type UploadItem } from './upload-item.ts'

const SIZE = 1000

function item(change: Partial<UploadItem>): UploadItem {
  return { ...newUploadItem('1', new File([new Uint8Array(SIZE)], 'talk.mp4')), ...change }
}

function rate(change: Partial<RateEstimate>): RateEstimate {
  return { ...startRate(0, 0), ...change }
}

const assetAt = (stage: AssetStage, progress: number): Asset => sampleAsset({ state: 'processing', stage, progress })

describe('describeUpload', () => {
  it('splits the way into what left the browser, what the server confirmed, and what is encoded', () => {
    const view = describeUpload(item({ phase: 'sending', sentBytes: 600, storedBytes: 250 }))
    expect(view).toMatchObject({ state: 'sending', sent: 0.6, stored: 0.25, encoded: 0 })
  })

  it('says storing, not done, while sent bytes are still unconfirmed', () => {
    const view = describeUpload(item({ phase: 'sending', sentBytes: SIZE, storedBytes: 900 }))
    expect(view).toMatchObject({ state: 'storing', sent: 1, stored: 0.9 })
  })

  it('never shows more stored than sent, also when a file is sent a second time', () => {
    const view = describeUpload(item({ phase: 'sending', sentBytes: 100, storedBytes: 700 }))
    expect(view.sent).toBe(0.7)
    expect(view.stored).toBe(0.7)
  })

  it('shows speed and remaining time once they are known', () => {
    const known = rate({ perSecond: 4_200_000, etaMs: 33_000 })
    expect(describeUpload(item({ phase: 'sending', sendingRate: known })).hint).toBe('4.2 MB/s · about 35 s left')
    expect(describeUpload(item({ phase: 'sending', sendingRate: rate({}) })).hint).toBeNull()
  })

  it('says so when nothing gets through', () => {
    const stalled = rate({ perSecond: 10, stalled: true })
    expect(describeUpload(item({ phase: 'sending', sendingRate: stalled })).hint).toContain(
      'waiting for the connection',
    )
  })

  it.each([
    ['probing', 'Checking the file'],
    ['encoding', 'Encoding'],
    ['waiting', 'Waiting for the encoder'],
  ] as const)('names the stage %s', (stage, label) => {
    expect(describeUpload(item({ phase: 'processing', asset: assetAt(stage, 0) })).label).toBe(label)
  })

  it('takes the share encoded from the asset, and only while it is being encoded', () => {
    expect(describeUpload(item({ phase: 'processing', asset: assetAt('encoding', 0.4) })).encoded).toBe(0.4)
    expect(describeUpload(item({ phase: 'processing', asset: assetAt('probing', 0.4) })).encoded).toBe(0)
    expect(describeUpload(item({ phase: 'ready' })).encoded).toBe(1)
  })

  it('has no share to show of an empty file before it arrived', () => {
    const empty = { ...newUploadItem('1', new File([], 'empty.mp4')), phase: 'failed' as const }
    expect(describeUpload(empty)).toMatchObject({ sent: 0, stored: 0, encoded: 0 })
  })
})
