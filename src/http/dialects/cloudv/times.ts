import { ApiError } from './api-error.ts'
import type { CloudvParameters } from './parameters.ts'

/** `YYYY-MM-DD HH:mm:ss`, UTC. */
export function timeText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')
}

/** A time as `timeText` writes it; undefined when absent or empty. Throws illegalFormat. */
export function readTime(parameters: CloudvParameters, name: string): number | undefined {
  const text = parameters.get(name)
  if (!text) return undefined
  const isTime = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)
  const atMs = isTime ? Date.parse(`${text.replace(' ', 'T')}Z`) : Number.NaN
  if (Number.isNaN(atMs)) throw new ApiError('illegalFormat', `${name} must be written as 2026-01-31 12:00:00.`)
  return atMs
}

/** Seconds since 1970; undefined when absent or empty. Throws illegalFormat. */
export function readSeconds(parameters: CloudvParameters, name: string): number | undefined {
  const text = parameters.get(name)
  if (!text) return undefined
  if (!/^\d{1,11}$/.test(text)) throw new ApiError('illegalFormat', `${name} must be a time in seconds.`)
  return Number(text) * 1_000
}

export function seconds(atMs: number): number {
  return Math.floor(atMs / 1_000)
}
