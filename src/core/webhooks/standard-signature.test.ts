import { describe, expect, it } from 'vitest'
import { SystemRandom } from '../../system/system-random.ts'
import { newWebhookSecret, standardHeaders, webhookKey } from './standard-signature.ts'

// Source: the test vector of the reference libraries, github.com/standard-webhooks/standard-webhooks.
const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  atMs: 1_614_265_330_999,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}

describe('signatures of Standard Webhooks', () => {
  it('are those of the reference libraries', () => {
    expect(standardHeaders(VECTOR, [VECTOR.secret])).toEqual({
      'webhook-id': VECTOR.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': VECTOR.signature,
    })
  })

  it('stand side by side while there are two secrets', () => {
    const other = newWebhookSecret(new SystemRandom())
    const signature = standardHeaders(VECTOR, [other, VECTOR.secret])['webhook-signature'] ?? ''
    expect(signature.split(' ')).toEqual([expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/), VECTOR.signature])
  })

  it('are over the bytes of the body, whatever its characters', () => {
    const signed = (body: string) => standardHeaders({ ...VECTOR, body }, [VECTOR.secret])['webhook-signature']
    expect(signed('{"title":"휴가 🎬"}')).not.toBe(signed('{"title":"?? ?"}'))
  })
})

describe('a secret', () => {
  it('made here has 32 random bytes and is one', () => {
    const secret = newWebhookSecret(new SystemRandom())
    expect(webhookKey(secret)).toHaveLength(32)
    expect(newWebhookSecret(new SystemRandom())).not.toBe(secret)
  })

  it.each([24, 32, 64])('may have %i bytes, padded or not', (length) => {
    const text = Buffer.alloc(length, 1).toString('base64')
    expect(webhookKey(`whsec_${text}`)).toHaveLength(length)
    expect(webhookKey(`whsec_${text.replace(/=+$/, '')}`)).toHaveLength(length)
  })

  it.each([
    ['without its prefix', Buffer.alloc(24, 1).toString('base64')],
    ['too short', `whsec_${Buffer.alloc(23, 1).toString('base64')}`],
    ['too long', `whsec_${Buffer.alloc(65, 1).toString('base64')}`],
    ['not base64', `whsec_${'*'.repeat(32)}`],
    ['empty', ''],
  ])('that is %s is refused', (_what, secret) => {
    expect(() => webhookKey(secret)).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
  })
})
