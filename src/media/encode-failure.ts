import { DomainError } from '../core/errors.ts'
import { ToolFailure } from '../core/ports/media-tools.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import { KILLED, type ProcessOutcome } from './process-runner.ts'

/** What ffmpeg says when the fault lies with this machine or this build, not with the file. */
const OUR_FAULT = new RegExp(
  [
    'Permission denied',
    'Read-only file system',
    'Cannot allocate memory',
    'Resource temporarily unavailable',
    'Unknown encoder',
    'Encoder not found',
    'Unrecognized option',
    'Option not found',
    'No such filter',
    'Error splitting the argument list',
    'Error parsing (global )?options',
    'Too many open files',
  ].join('|'),
)
const DISK_FULL = /No space left on device|Disk quota exceeded|File too large/
const NO_DECODER = /[Dd]ecoder .*not found|[Nn]o decoder|Decoding requested, but no decoder/

/** libavformat itself takes no more than a thousand. */
const TOO_MANY_STREAMS = /exceeds max_streams/

export function hasTooManyStreams(log: string): boolean {
  return TOO_MANY_STREAMS.test(log)
}

/** Exit codes of a shell for commands that could not be started. */
const CANNOT_START = [126, 127]

/**
 * What a failed ffmpeg run means for the caller, or undefined when it did not fail:
 * `storage_full`; `unavailable` (hung, too slow, killed, a fault of this machine: worth repeating); `media_refused`
 * with `damaged` (also when the decoder crashes), `too_many_streams` or `format_not_allowed` (no decoder in this build).
 */
export function encodeFailure(outcome: ProcessOutcome): DomainError | undefined {
  if (outcome.ending === 'exited' && outcome.exitCode === 0) return undefined
  const cause = new ToolFailure(`ffmpeg exit ${outcome.exitCode} (${outcome.ending})`, outcome.stderrTail)
  if (DISK_FULL.test(outcome.stderrTail))
    return new DomainError('storage_full', 'No room for the encoded files.', { cause })
  if (outcome.ending === 'stalled')
    return unavailable('stalled', 'The encoder made no progress and was stopped.', cause)
  if (outcome.ending === 'timed_out')
    return unavailable('timed_out', 'The encoder took too long and was stopped.', cause)
  if (outcome.exitCode === KILLED) return unavailable('killed', 'The encoder was killed from outside.', cause)
  if (hasTooManyStreams(outcome.stderrTail)) {
    return mediaRefused('too_many_streams', 'The file has too many streams.', { cause })
  }
  if (CANNOT_START.includes(outcome.exitCode) || OUR_FAULT.test(outcome.stderrTail)) {
    return unavailable('encoder_failed', 'The encoder cannot do its work on this machine.', cause)
  }
  if (NO_DECODER.test(outcome.stderrTail)) {
    return mediaRefused('format_not_allowed', 'The file is in a codec that cannot be read.', { cause })
  }
  return mediaRefused('damaged', 'Too much of the file cannot be decoded.', { cause })
}

function unavailable(reason: string, message: string, cause: Error): DomainError {
  return new DomainError('unavailable', message, { cause, details: { reason } })
}
