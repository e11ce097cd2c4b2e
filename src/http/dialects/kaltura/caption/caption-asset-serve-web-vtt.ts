import type { Operation } from '../operation.ts'
import { findCaption } from './caption-asset.ts'
import { urlOfCaption } from './caption-asset-get-url.ts'

/** Captions as WebVTT in segments: the playlist of them, or one of them, which count from 1. */
export const captionAssetServeWebVtt: Operation = {
  service: 'caption_captionAsset',
  action: 'serveWebVTT',
  admits: 'session',
  parameters: [
    { name: 'captionAssetId', type: 'string' },
    { name: 'segmentDuration', type: 'int', default: 30 },
    { name: 'segmentIndex', type: 'int', default: null },
    { name: 'localTimestamp', type: 'int', default: 10_000 },
  ],
  async run(call) {
    const { caption } = await findCaption(call, call.text('captionAssetId'))
    const index = call.number('segmentIndex')
    const words = `segmentDuration/${call.number('segmentDuration')}/localTimestamp/${call.number('localTimestamp')}`
    const file = index > 0 ? `segmentIndex/${index}.vtt` : 'a.m3u8'
    return { redirect: urlOfCaption(call, caption, `${words}/${file}`) }
  },
}

/** What captions say when, as data. */
export const captionAssetServeAsJson: Operation = {
  service: 'caption_captionAsset',
  action: 'serveAsJson',
  admits: 'session',
  parameters: [{ name: 'captionAssetId', type: 'string' }],
  async run(call) {
    const { caption } = await findCaption(call, call.text('captionAssetId'))
    return { redirect: urlOfCaption(call, caption, 'a.json') }
  },
}
