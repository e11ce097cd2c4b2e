import type { Asset, AssetState } from '../api/schema.ts'
import { formatBytes } from '../format/format-bytes.ts'
import { wholePercent } from '../format/format-percent.ts'
import type { StateTone } from '../shell/state-dot.tsx'

export const ASSET_TONES: Record<AssetState, StateTone> = {
  waiting: 'idle',
  uploading: 'busy',
  processing: 'busy',
  ready: 'ok',
  failed: 'bad',
}

/** The state in words, with the share encoded while there is one. */
export function stateText({ state, stage, progress, isPlayable }: Asset): string {
  switch (state) {
    case 'waiting':
      return 'Waiting for its file'
    case 'uploading':
      return 'Uploading'
    case 'processing':
      if (stage !== 'encoding') return 'Preparing'
      return `Encoding ${wholePercent(progress)} %${isPlayable ? ', plays already' : ''}`
    case 'ready':
      return 'Ready'
    case 'failed':
      return 'Failed'
  }
}

/** What is known about the file, in one line: "1920 × 1080 · 25 fps · H264 · 12.4 MB". Empty while nothing is. */
export function sourceText({ source }: Asset): string {
  if (source === null) return ''
  const { video, audio } = source
  const facts = [
    video === null ? undefined : `${video.width} × ${video.height}`,
    video === null ? undefined : `${Math.round(video.frameRate * 100) / 100} fps`,
    (video?.codec ?? audio?.codec)?.toUpperCase(),
    formatBytes(source.sizeBytes),
  ]
  return facts.filter((fact) => fact !== undefined).join(' · ')
}

/** The renditions' heights or names, largest first: "1080p, 720p, 480p". */
export function ladderText({ renditions }: Asset): string {
  return renditions
    .toSorted((a, b) => b.bandwidth - a.bandwidth)
    .map(({ name, height }) => (height === null ? name : `${height}p`))
    .join(', ')
}
