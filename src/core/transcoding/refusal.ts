import { DomainError } from '../errors.ts'

/** Why a file is refused: stable, machine-readable, shown to API users as `failure.reason`. */
export const REFUSAL_REASONS = [
  'empty_file',
  /** Text, documents, archives, programs, noise: nothing a player could show. */
  'not_media',
  /** Media of a form we do not take: pictures, playlists that name other files, protected streams, unknown codecs. */
  'format_not_allowed',
  /** A container with neither pictures nor sound in it. */
  'no_streams',
  'no_duration',
  /** The file ends before what its own index promises. */
  'truncated',
  /** The container or too much of its content cannot be read. */
  'damaged',
  'too_many_streams',
  'too_many_pixels',
  'too_long',
  'probe_timeout',
] as const

export type RefusalReason = (typeof REFUSAL_REASONS)[number]

/** The error every refusal is thrown as. `message` is for people; `cause` goes to the log only. */
export function mediaRefused(reason: RefusalReason, message: string, options: ErrorOptions = {}): DomainError {
  return new DomainError('media_refused', message, { ...options, details: { reason } })
}
