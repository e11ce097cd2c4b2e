import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { placementKeyOf, verifyPlayJwt } from './play-jwt.ts'

const KEY = 'acme-security'
const NOW_MS = 1_772_359_200_000
const NOW_S = NOW_MS / 1000

/** Signs JSON text as it is: clients differ in spacing and order. */
const sign = (payload: string, header = '{"typ":"JWT","alg":"HS256"}', key = KEY): string => {
  const signed = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.')
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}
const verify = (token: string) => verifyPlayJwt(token, KEY, NOW_MS)
const play = (more: Record<string, unknown> = {}): string =>
  sign(JSON.stringify({ cuid: 'student-7', expt: NOW_S + 60, mc: [{ mckey: 'Ab12Cd34' }], ...more }))

describe('a play token', () => {
  it('says who watches what, until when', () => {
    const mc = [{ mckey: 'Ab12Cd34', mcpf: 'acme-pc1-hd', intr: true }, { mckey: 'Ef56Gh78' }]
    expect(verify(play({ mc, awtc: 'x', next_episode: true }))).toEqual({
      clientUserId: 'student-7',
      expiresAtMs: NOW_MS + 60_000,
      entries: [
        { mediaContentKey: 'Ab12Cd34', profileKey: 'acme-pc1-hd' },
        { mediaContentKey: 'Ef56Gh78', profileKey: undefined },
      ],
    })
  })

  it.each([
    ['whole seconds', NOW_S + 60, NOW_MS + 60_000],
    ['seconds with a fraction', NOW_S + 0.5, NOW_MS + 500],
    ['milliseconds', NOW_MS + 60_000, NOW_MS + 60_000],
  ])('ends at %s', (_what, expt, expiresAtMs) => {
    expect(verify(play({ expt })).expiresAtMs).toBe(expiresAtMs)
  })

  it('ends with exp where that is earlier, and needs no name of who watches', () => {
    expect(verify(play({ exp: NOW_S + 5, iat: NOW_S, cuid: undefined }))).toMatchObject({
      clientUserId: undefined,
      expiresAtMs: NOW_MS + 5_000,
    })
  })

  it('is verified over its bytes, however its JSON is written', () => {
    const spaced = `{ "mc" : [ {"mckey":"Ab12Cd34"} ],\n "expt" : ${NOW_S + 60} }`
    expect(verify(sign(spaced, '{ "alg" : "HS256", "typ" : "JWT" }')).entries).toHaveLength(1)
  })

  it.each([
    ['nothing', '', /malformed/],
    ['no token', 'abc', /malformed/],
    ['random parts', 'a.b.c', /malformed/],
    ['an array', sign('[]'), /malformed/],
    ['another key', sign(`{"expt":${NOW_S + 60},"mc":[{"mckey":"a"}]}`, undefined, 'other'), /signature/],
    ['no algorithm', sign('{}', '{"alg":"none"}'), /HS256/],
    ['another algorithm', sign('{}', '{"alg":"HS512"}'), /HS256/],
    ['no playlist', sign(`{"expt":${NOW_S + 60}}`), /media_content_key/],
    ['an empty playlist', play({ mc: [{ mckey: '' }, 7, null] }), /media_content_key/],
    ['no end', play({ expt: undefined }), /expt/],
    ['an end that is over', play({ expt: NOW_S }), /expired/],
    ['a signature cut short', play().slice(0, -4), /signature/],
    ['text behind it', `${play()}.x`, /signature|malformed/],
  ])('is refused with %s', (_what, token, message) => {
    expect(() => verify(token)).toThrow(message)
  })

  it('may name a content by a longer key of its own', () => {
    expect(placementKeyOf('Ab12Cd34-student-7')).toBe('Ab12Cd34')
    expect(placementKeyOf('Ab12Cd34')).toBe('Ab12Cd34')
  })
})
