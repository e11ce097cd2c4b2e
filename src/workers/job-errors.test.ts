import { expect, it } from 'vitest'
import { DomainError } from '../core/errors.ts'
import { ToolFailure } from '../core/ports/media-tools.ts'
import { mediaRefused } from '../core/transcoding/refusal.ts'
import { toJobError } from './job-errors.ts'

it('tells what the tool said last, without telling where our files are', () => {
  const log = [
    '[mov @ 0x5581] moov atom not found',
    'file:/srv/data/blobs/sources/src_1/original: Invalid data found when processing input',
    "Error opening '/srv/data/scratch/job_1-2/720p/init.mp4' at 12/25, codec 4:2:0",
  ].join('\n')
  const cause = new ToolFailure('ffmpeg exit 1 (exited)', log)
  const shown = toJobError(mediaRefused('damaged', 'Too much of the file cannot be decoded.', { cause }))
  expect(shown).toEqual({
    code: 'media_refused',
    reason: 'damaged',
    message: 'Too much of the file cannot be decoded.',
    logTail: [
      '[mov @ 0x5581] moov atom not found',
      'original: Invalid data found when processing input',
      "Error opening 'init.mp4' at 12/25, codec 4:2:0",
    ].join('\n'),
  })
  expect(cause.message).toContain('/srv/data/scratch')
})

it('keeps the end of a long log', () => {
  const { logTail = '' } = toJobError(
    new DomainError('unavailable', 'x', { cause: new ToolFailure('ffmpeg', `${'noise '.repeat(2_000)}the end`) }),
  )
  expect(logTail.length).toBeLessThanOrEqual(4_000)
  expect(logTail).toMatch(/the end$/)
})

it('says nothing of a bug but that there was one', () => {
  const shown = toJobError(new TypeError('cannot read /etc/shadow'))
  expect(shown).toEqual({ code: 'internal', reason: 'internal_error', message: expect.not.stringContaining('shadow') })
})
