import type { AssetStage } from '../api/schema.ts'
import { formatBytes } from '../format/format-bytes.ts'
import { formatTimeLeft } from '../format/format-duration.ts'
import type { RateEstimate } from './rate-estimator.ts'
import type { UploadItem } from './upload-item.ts'

/** What people see of a file's way. `storing`: all bytes left the browser, the server has not confirmed all of them. */
export type UploadState = 'waiting' | 'sending' | 'storing' | 'processing' | 'ready' | 'failed' | 'cancelled'

export interface UploadView {
  state: UploadState
  label: string
  /** Shares 0..1 of the three legs; each is at most the one before it, except that encoding starts when storing ended. */
  sent: number
  stored: number
  encoded: number
  /** Speed and remaining time, or what is being waited for. null when there is nothing worth saying. */
  hint: string | null
}

const STAGE_LABELS: Record<AssetStage, string> = {
  waiting: 'Waiting for the encoder',
  uploading: 'Waiting for the encoder',
  publishing: 'Moving into the library',
  probing: 'Checking the file',
  encoding: 'Encoding',
  ready: 'Ready',
  failed: 'Failed',
}

/** Puts an item's numbers into words and shares. Pure: same item, same view. */
export function describeUpload(item: UploadItem): UploadView {
  const { phase, asset } = item
  const sizeBytes = item.file.size
  const storedBytes = Math.min(sizeBytes, item.storedBytes)
  const sentBytes = Math.min(sizeBytes, Math.max(item.sentBytes, storedBytes))
  const arrived = phase === 'processing' || phase === 'ready'
  const view = {
    sent: arrived ? 1 : share(sentBytes, sizeBytes),
    stored: arrived ? 1 : share(storedBytes, sizeBytes),
    encoded: phase === 'ready' ? 1 : asset?.stage === 'encoding' ? asset.progress : 0,
  }
  switch (phase) {
    case 'queued':
      return { ...view, state: 'waiting', label: 'Waiting', hint: 'Starts when another transfer has ended' }
    case 'creating':
      return { ...view, state: 'waiting', label: 'Starting', hint: null }
    case 'sending':
      if (sentBytes < sizeBytes) return { ...view, state: 'sending', label: 'Sending', hint: sendingHint(item) }
      return { ...view, state: 'storing', label: 'Storing', hint: 'The server is confirming the last bytes' }
    case 'processing': {
      const label = STAGE_LABELS[asset?.stage ?? 'waiting']
      return { ...view, state: 'processing', label, hint: timeLeft(item.encodingRate) }
    }
    case 'ready':
      return { ...view, state: 'ready', label: 'Ready', hint: null }
    case 'failed':
      return { ...view, state: 'failed', label: 'Failed', hint: null }
    case 'cancelled':
      return { ...view, state: 'cancelled', label: 'Cancelled', hint: null }
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function sendingHint({ sendingRate: rate }: UploadItem): string | null {
  if (rate === null) return null
  if (rate.stalled) return 'No bytes are getting through; waiting for the connection'
  if (rate.perSecond === null) return null
  const speed = `${formatBytes(rate.perSecond)}/s`
  const left = timeLeft(rate)
  return left === null ? speed : `${speed} · ${left}`
}

function timeLeft(rate: RateEstimate | null): string | null {
  return rate?.etaMs == null ? null : formatTimeLeft(rate.etaMs)
}
