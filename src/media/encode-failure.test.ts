import { describe, expect, it } from 'vitest'
import { encodeFailure } from './encode-failure.ts'
import type { ProcessOutcome } from './process-runner.ts'

const failed = (more: Partial<ProcessOutcome>) =>
  encodeFailure({ ending: 'exited', exitCode: 1, stderrTail: '', ...more })

describe('encodeFailure', () => {
  it('sees none where ffmpeg ended well', () => {
    expect(failed({ exitCode: 0, stderrTail: 'warnings are no failure' })).toBeUndefined()
  })

  it.each<[string, Partial<ProcessOutcome>, string, string | undefined]>([
    ['a full disk', { stderrTail: 'av_interleaved_write_frame(): No space left on device' }, 'storage_full', undefined],
    ['a hung encoder', { ending: 'stalled', exitCode: 255 }, 'unavailable', 'stalled'],
    ['one that took too long', { ending: 'timed_out', exitCode: 255 }, 'unavailable', 'timed_out'],
    ['one killed from outside', { exitCode: 137 }, 'unavailable', 'killed'],
    [
      'a directory that cannot be written',
      { stderrTail: 'out/index.m3u8: Permission denied' },
      'unavailable',
      'encoder_failed',
    ],
    ['a build without the encoder', { stderrTail: "Unknown encoder 'libx264'" }, 'unavailable', 'encoder_failed'],
    ['a missing ffmpeg', { exitCode: 127, stderrTail: 'nice: ffmpeg: No such file' }, 'unavailable', 'encoder_failed'],
    [
      'a codec without a decoder',
      { stderrTail: 'Decoding requested, but no decoder found for: none' },
      'media_refused',
      'format_not_allowed',
    ],
    [
      'a file that cannot be decoded',
      { exitCode: 69, stderrTail: 'Decode error rate 0.5' },
      'media_refused',
      'damaged',
    ],
    [
      'pictures that an older ffmpeg cannot take apart',
      { stderrTail: '[h264 @ 0x1] Error splitting the input into NAL units.' },
      'media_refused',
      'damaged',
    ],
    ['a decoder that crashed', { exitCode: 139 }, 'media_refused', 'damaged'],
  ])('tells %s', (_, outcome, code, reason) => {
    const failure = failed(outcome)
    expect(failure?.code).toBe(code)
    expect(failure?.details['reason']).toBe(reason)
  })

  it("keeps ffmpeg's own words for the log", () => {
    const failure = failed({ stderrTail: '/var/data/blobs/secret-name: Invalid data' })
    expect(failure?.message).not.toContain('secret-name')
    expect(String(failure?.cause)).toContain('secret-name')
  })
})
