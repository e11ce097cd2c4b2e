import type { Asset, UploadTicket } from '../api/schema.ts'
import type { RateEstimate } from './rate-estimator.ts'

/**
 * Where one file is on its way: `queued → creating → sending → processing → ready`, or `failed` / `cancelled` from any
 * of them; both can be retried, which starts again at `queued`.
 */
export type UploadPhase = 'queued' | 'creating' | 'sending' | 'processing' | 'ready' | 'failed' | 'cancelled'

/** One file that somebody chose in this browser, and all that is known about it. A plain value, replaced on change. */
export interface UploadItem {
  readonly key: string
  readonly file: File
  readonly phase: UploadPhase
  readonly ticket: UploadTicket | null
  /** Bytes that left this browser in the present attempt. */
  readonly sentBytes: number
  /** Bytes the server confirmed as durable. Never shrinks while the ticket lasts. */
  readonly storedBytes: number
  readonly asset: Asset | null
  readonly problem: UploadProblem | null
  readonly sendingRate: RateEstimate | null
  readonly encodingRate: RateEstimate | null
}

/** Why it failed: words to show, and the machine-readable reason to quote in a search or a bug report. */
export interface UploadProblem {
  readonly message: string
  readonly code: string
}

/** A file as it was just chosen. `key` must be new. */
export function newUploadItem(key: string, file: File): UploadItem {
  return {
    key,
    file,
    phase: 'queued',
    ticket: null,
    sentBytes: 0,
    storedBytes: 0,
    asset: null,
    problem: null,
    sendingRate: null,
    encodingRate: null,
  }
}

/** True while closing the page would lose bytes that are still to be sent. */
export function needsThisPage({ phase }: UploadItem): boolean {
  return phase === 'queued' || phase === 'creating' || phase === 'sending'
}
