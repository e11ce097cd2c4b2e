import { describe, expect, it } from 'vitest'
import { ApiError, unreachable } from '../api/api-error.ts'
import type { AssetState } from '../api/schema.ts'
import { viewOfError, viewOfInfo, viewWithoutToken } from './describe-playback.ts'

function info(state: AssetState) {
  const playable = state === 'ready'
  const nothing = { dash: null, original: null, contentType: null, sprites: null, durationMs: null, subtitles: [] }
  return { ...nothing, title: 'Talk', state, hls: playable ? '/h' : null, poster: playable ? '/p' : null }
}

describe('the watch page', () => {
  it('plays what is ready', () => {
    expect(viewOfInfo(info('ready'))).toEqual({
      kind: 'playing',
      title: 'Talk',
      hls: '/h',
      original: null,
      poster: '/p',
      sprites: null,
      subtitles: [],
    })
  })

  it.each(['processing', 'failed'] as const)('plays what there is already of a video that is %s', (state) => {
    expect(viewOfInfo({ ...info('ready'), state })).toMatchObject({ kind: 'playing', hls: '/h' })
  })

  it.each(['waiting', 'uploading', 'processing'] as const)('waits for a video that is %s, and asks again', (state) => {
    expect(viewOfInfo(info(state))).toMatchObject({ kind: 'message', busy: true, askAgain: true })
  })

  it('says that a failed video cannot be played and leaves the server alone', () => {
    expect(viewOfInfo(info('failed'))).toMatchObject({ heading: 'This video cannot be played', askAgain: false })
  })

  it.each([
    [403, 'invalid', 'This link is not valid'],
    [403, 'expired', 'This link has expired'],
    [404, undefined, 'There is no such video'],
  ])('answers %d with the reason %s with "%s" and does not ask again', (status, reason, heading) => {
    expect(viewOfError(new ApiError(status, 'forbidden', '', reason))).toMatchObject({ heading, askAgain: false })
  })

  it.each([unreachable(), new ApiError(503, 'unavailable', ''), new TypeError('x')])(
    'keeps trying after %s',
    (error) => {
      expect(viewOfError(error)).toMatchObject({ heading: 'The server cannot be reached', askAgain: true })
    },
  )

  it('does not even ask without a token', () => {
    expect(viewWithoutToken()).toMatchObject({ heading: 'This link is not valid', askAgain: false })
  })
})
